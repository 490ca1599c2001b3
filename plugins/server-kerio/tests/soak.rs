//! Many mailboxes over a bad line: whatever is lost, each is made once, changed as asked and
//! removed once. The driver does what the host does, from `plugin-api`'s rules alone.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use innkeeper_plugin_api::{
    Account, AccountState, Customer, ErrorKind, Http, Implementation, PluginCtx, PluginError, Secret, ServerPlugin,
    SettingValues,
    domain::{ClientId, ServiceId},
};
use innkeeper_plugin_testkit::MemoryStore;
use innkeeper_simulators::{
    chaos::ChaosSettings,
    kerio::{Options, Simulator},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const MAILBOXES: i64 = 12;
/// Far more than any real line loses.
const LOST_PERMILLE: u16 = 200;
/// Nothing is lost this often in a row.
const ATTEMPTS: usize = 60;

#[derive(Clone, Copy)]
enum Step {
    Create,
    Suspend,
    Terminate,
}

struct Host {
    plugin: Arc<dyn ServerPlugin>,
    ctx: PluginCtx,
}

impl Host {
    async fn attempt(&self, step: Step, account: &Account) -> Result<(), PluginError> {
        match step {
            Step::Create => self.plugin.create(&self.ctx, account).await.map(drop),
            Step::Suspend => self.plugin.suspend(&self.ctx, account).await.map(drop),
            Step::Terminate => self.plugin.terminate(&self.ctx, account).await.map(drop),
        }
    }

    async fn happened(&self, step: Step, account: &Account) -> Result<bool, PluginError> {
        let state = self.plugin.status(&self.ctx, account).await?.state;
        Ok(match step {
            Step::Create => state != AccountState::Absent,
            Step::Suspend => state == AccountState::Suspended,
            Step::Terminate => state == AccountState::Absent,
        })
    }

    /// Attempts until it is done; after `Unknown` asks before it tries again.
    async fn drive(&self, step: Step, account: &Account) {
        let mut unknown = false;
        for _ in 0..ATTEMPTS {
            if unknown {
                match self.happened(step, account).await {
                    Ok(true) => return,
                    Ok(false) => unknown = false,
                    Err(error) => assert_eq!(error.kind, ErrorKind::Temporary, "{error}"),
                }
                continue;
            }
            match self.attempt(step, account).await {
                Ok(()) => return,
                Err(error) if error.kind == ErrorKind::Unknown => unknown = true,
                Err(error) => assert_eq!(error.kind, ErrorKind::Temporary, "{error}"),
            }
        }
        panic!("not done after {ATTEMPTS} attempts");
    }
}

fn account(number: i64) -> Account {
    let mailbox = format!("box-{number}");
    let answers = [("mailbox", mailbox.as_str()), ("first_name", "Ada"), ("last_name", "Lovelace")];
    Account {
        reference: format!("soak-{number}"),
        service_id: ServiceId(number),
        remote_id: None,
        username: None,
        password: Some(Secret::new("Tr4velling-Owl".to_owned())),
        fields: answers.map(|(key, answer)| (key.to_owned(), answer.to_owned())).into(),
        addons: [].into(),
        addresses: vec![],
        nameservers: vec![],
        customer: Customer {
            client_id: ClientId(1),
            first_name: String::new(),
            last_name: String::new(),
            company: String::new(),
            email: String::new(),
            country: "ES".to_owned(),
            remote_user: None,
        },
        parent: None,
        pending: None,
    }
}

async fn start(seed: u64) -> (Simulator, Arc<Host>) {
    // Another test may have installed it; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let chaos = ChaosSettings { lose_answer_permille: LOST_PERMILLE, ..ChaosSettings::default() };
    let simulator = Simulator::start(Options { seed, chaos, ..Options::default() }).await.unwrap();
    let Implementation::Server(plugin) = innkeeper_server_kerio::plugin().implementation else {
        panic!("not a server plugin")
    };
    let instance = json!({"host": "127.0.0.1", "port": simulator.addr().port(), "user": "admin",
        "password": "Kerio-Admin-1", "tls": "insecure"});
    let settings = SettingValues { plugin: Value::Null, instance, product: json!({"domain": "example.org"}) };
    let http = Http::new(Duration::from_secs(10));
    let ctx = PluginCtx::new(http, chrono::Utc::now(), "soak".to_owned(), settings, Arc::new(MemoryStore::default()));
    (simulator, Arc::new(Host { plugin, ctx }))
}

/// Drives `step` for all mailboxes at once, each by two workers: the second stands for a process
/// that stalled, lost its lease and woke up again.
async fn drive_all(host: &Arc<Host>, step: Step) {
    let workers = (0..MAILBOXES).flat_map(|number| [number, number]).map(|number| {
        let host = Arc::clone(host);
        tokio::spawn(async move { host.drive(step, &account(number)).await })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
}

#[tokio::test]
async fn each_mailbox_is_made_and_removed_once_however_many_answers_are_lost() {
    for seed in [1, 2, 3] {
        let (simulator, host) = start(seed).await;
        drive_all(&host, Step::Create).await;
        assert_eq!(simulator.users().len(), usize::try_from(MAILBOXES).unwrap());
        drive_all(&host, Step::Suspend).await;
        assert!(simulator.users().iter().all(|user| !user.enabled));
        drive_all(&host, Step::Terminate).await;
        assert_eq!(simulator.users(), []);
        for number in 0..MAILBOXES {
            let address = format!("box-{number}@example.org");
            assert_eq!(simulator.journal().done_to("Users.create", &address), 1, "seed {seed}");
            assert_eq!(simulator.journal().done_to("Users.remove", &address), 1, "seed {seed}");
        }
        assert!(simulator.chaos().lost_answers() > 20, "the line was too good to prove anything");
    }
}
