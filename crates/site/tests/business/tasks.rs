//! What snapins do by the clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use innkeeper_app::{Actor, events, jobs, tasks};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::{
    tasks::{Task, TaskReport},
    *,
};

use crate::{
    house::House,
    pages::example,
    toys::{HOSTILE, plugin},
};

/// One task that works, one that fails, one that panics.
struct Clock {
    runs: Arc<AtomicUsize>,
}

#[async_trait]
impl Snapin for Clock {
    fn subscribers(&self, _: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        Ok(vec![])
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> Result<(), PluginError> {
        Ok(())
    }
    fn tasks(&self) -> Option<&dyn Tasks> {
        Some(self)
    }
}

#[async_trait]
impl Tasks for Clock {
    fn tasks(&self) -> Vec<Task> {
        let task = |key: &str| Task {
            key: key.into(),
            label: format!("{key} {HOSTILE}"),
            every: Duration::from_secs(6 * 60 * 60),
        };
        vec![task("fails"), task("panics"), task("works")]
    }
    async fn preview(&self, _: &PluginCtx, task: &str) -> Result<Vec<String>, PluginError> {
        match task {
            "works" => Ok(vec![format!("would greet {HOSTILE}")]),
            _ => Err(PluginError::temporary("nobody knows")),
        }
    }
    async fn run(&self, _: &PluginCtx, task: &str) -> Result<TaskReport, PluginError> {
        match task {
            "fails" => Err(PluginError::declined(format!("no {HOSTILE}"))),
            "panics" => panic!("out of order"),
            _ => {
                let run = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
                Ok(TaskReport { lines: vec![format!("greeted {HOSTILE}\0"), format!("run {run}")] })
            }
        }
    }
}

async fn clock() -> (House, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let clock = plugin("clock", Implementation::Snapin(Arc::new(Clock { runs: runs.clone() })));
    (House::with([clock, example()]).await, runs)
}

const STATES: &str =
    "SELECT string_agg(task || CASE WHEN error IS NULL THEN ' ok' ELSE ' failed' END, ', ' ORDER BY task)
                      FROM plugin_task WHERE plugin_id = 'clock'";

#[tokio::test]
async fn a_task_that_fails_holds_up_no_other_and_is_tried_at_its_next_turn() {
    let (mut house, runs) = clock().await;
    let app = house.site.app.clone();
    jobs::turns(&app).await.unwrap();
    house.drain().await;
    assert_eq!(house.value(STATES).await, "fails failed, panics failed, works ok");
    assert_eq!(house.value("SELECT count(*)::text FROM job WHERE kind = 'plugin.task' AND state <> 'done'").await, "0");
    jobs::turns(&app).await.unwrap();
    house.drain().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1, "its turn comes in six hours");
    house.run("UPDATE schedule SET next_at = now() WHERE task LIKE 'plugin:clock:%'").await;
    jobs::turns(&app).await.unwrap();
    house.drain().await;
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    let failed = "SELECT string_agg(DISTINCT attempts::text, ',') FROM job WHERE kind = 'plugin.task'";
    assert_eq!(house.value(failed).await, "1", "a failure waits for the next turn");

    house.staff.get("/admin/plugins/tasks").await.shows("greeted &#60;script&#62;").shows("Thank the best members");
    for path in ["/admin/plugins/tasks", "/admin/plugins/clock/tasks", "/admin"] {
        let page = house.staff.get(path).await;
        page.shows("run 2").shows("no &#60;script&#62;").shows("panicked").shows("Failed");
        assert!(!page.body.contains(HOSTILE), "{path}");
    }
    let page = house.staff.get("/admin/plugins/clock/tasks").await;
    page.shows("every 6 hours").shows("run 2").shows("Run now").shows("/admin/plugins/clock/tasks/works/preview");
    assert!(!page.body.contains("Thank the best members"), "those of one plugin");
    house.run("INSERT INTO plugin (id, enabled, settings) VALUES ('clock', false, '{}')").await;
    house.run("UPDATE schedule SET next_at = now() WHERE task LIKE 'plugin:clock:%'").await;
    jobs::turns(&app).await.unwrap();
    house.drain().await;
    assert_eq!(runs.load(Ordering::SeqCst), 2, "switched off");
}

#[tokio::test]
async fn staff_run_a_task_now_and_see_before_what_it_would_do() {
    let (mut house, runs) = clock().await;
    let preview = house.staff.get("/admin/plugins/clock/tasks/works/preview").await;
    preview.shows("would greet &#60;script&#62;").shows("Run now");
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    assert_eq!(house.value("SELECT count(*)::text FROM plugin_task").await, "0", "a preview changes nothing");
    assert_eq!(house.staff.get("/admin/plugins/clock/tasks/fails/preview").await.status, 502);
    for path in ["/admin/plugins/clock/tasks/nothing/preview", "/admin/plugins/mail/tasks/works/preview"] {
        assert_eq!(house.staff.get(path).await.status, 404, "{path}");
    }
    let asked = house.staff.post("/admin/plugins/clock/tasks/works/run", &[]).await;
    assert_eq!(asked.location(), "/admin/plugins/clock/tasks");
    house.staff.get(asked.location()).await.shows("Under way");
    house.drain().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    house.staff.get("/admin/plugins/clock/tasks").await.shows("run 1").shows("2 results");
    assert_eq!(house.value("SELECT count(*)::text FROM audit_log WHERE action = 'plugin.run_task'").await, "1");
    let mut reader = house.site.staff(&[Permission::SystemRead, Permission::ServersRead]).await;
    let page = reader.get("/admin/plugins/clock/tasks").await;
    assert!(!page.body.contains("Run now"), "{}", page.body);
    assert_eq!(reader.post("/admin/plugins/clock/tasks/works/run", &[]).await.status, 403);
    let mut guest = house.site.staff(&[Permission::ServersRead]).await;
    assert_eq!(guest.get("/admin/plugins/tasks").await.status, 403);
    assert_eq!(guest.get("/admin/plugins/clock/tasks/works/preview").await.status, 403);
}

#[tokio::test]
async fn a_task_that_died_with_its_process_runs_again_and_never_twice_at_once() {
    let (house, runs) = clock().await;
    let (app, actor) = (house.site.app.clone(), Actor::system("test"));
    tasks::run_now(&app, &actor, "clock", "works").await.unwrap();
    tasks::run_now(&app, &actor, "clock", "works").await.unwrap();
    let waiting = "SELECT count(*)::text FROM job WHERE kind = 'plugin.task' AND state = 'ready'";
    assert_eq!(house.value(waiting).await, "1", "asked for twice, it runs once");
    house
        .run(
            "UPDATE job SET state = 'running', attempts = 1, lease_until = now() - interval '1 second', worker = 'gone'
             WHERE kind = 'plugin.task'",
        )
        .await;
    house.run("UPDATE job SET run_at = now() WHERE kind = 'plugin.task'").await;
    house.drain().await;
    house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
    house.drain().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert_eq!(house.value(STATES).await, "works ok");
}

#[tokio::test]
async fn the_club_thanks_its_best_members() {
    let mut house = House::with([example()]).await;
    let (app, actor) = (house.site.app.clone(), Actor::system("test"));
    events::sync(&app).await.unwrap();
    let give = [("field.client", "1"), ("field.points", "60"), ("field.why", "thanks")];
    assert_eq!(house.staff.post("/admin/plugins/example-club/members/give", &give).await.status, 303);
    let store = "SELECT md5(string_agg(key || value::text, ',' ORDER BY key)) FROM plugin_store";
    let before = house.value(store).await;
    let preview = house.staff.get("/admin/plugins/example-club/tasks/thank/preview").await;
    preview.shows("Thank client 1 for 60 points");
    assert_eq!(house.value(store).await, before);
    tasks::run_now(&app, &actor, "example-club", "thank").await.unwrap();
    house.drain().await;
    house.staff.get("/admin/plugins/todos").await.shows("Thank client 1 for 60 points in the club");
    let again = house.staff.get("/admin/plugins/example-club/tasks/thank/preview").await;
    again.shows("a run now would have nothing to do");
}
