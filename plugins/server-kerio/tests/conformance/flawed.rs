//! The plugin with one flaw built in: what the kit must notice.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountStatus, ChangeAccount, Created, ErrorKind, Field, Implementation, Plugin, PluginCtx, PluginError,
    PluginResult, Protection, ReportUsage, Secret, ServerOperation, ServerPlugin,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    UnknownIsTemporary,
    DownIsAbsent,
    ForgetsItsMark,
    LogsPasswords,
}

/// The real plugin with `flaw`.
pub fn with(flaw: Flaw) -> Plugin {
    let mut plugin = innkeeper_server_kerio::plugin();
    if let Implementation::Server(sound) = plugin.implementation {
        plugin.implementation = Implementation::Server(Arc::new(Flawed { sound, flaw, attempts: AtomicU32::new(0) }));
    }
    plugin
}

struct Flawed {
    sound: Arc<dyn ServerPlugin>,
    flaw: Flaw,
    attempts: AtomicU32,
}

#[async_trait]
impl ServerPlugin for Flawed {
    fn protection(&self, operation: ServerOperation) -> Protection {
        self.sound.protection(operation)
    }
    fn order_fields(&self) -> Vec<Field> {
        self.sound.order_fields()
    }
    fn check_order(&self, fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
        self.sound.check_order(fields, password)
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        self.sound.test_connection(ctx).await
    }
    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let mut account = account.clone();
        if self.flaw == Flaw::ForgetsItsMark {
            let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
            account.reference = format!("{}-{attempt}", account.reference);
        }
        if self.flaw == Flaw::LogsPasswords {
            tracing::info!(password = account.password.as_ref().unwrap().reveal(), "create");
        }
        self.sound.create(ctx, &account).await.map_err(|mut error| {
            if self.flaw == Flaw::UnknownIsTemporary && error.kind == ErrorKind::Unknown {
                error.kind = ErrorKind::Temporary;
            }
            error
        })
    }
    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.sound.suspend(ctx, account).await
    }
    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.sound.unsuspend(ctx, account).await
    }
    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.sound.terminate(ctx, account).await
    }
    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let result = self.sound.status(ctx, account).await;
        if self.flaw == Flaw::DownIsAbsent && result.is_err() { Ok(AccountStatus::absent()) } else { result }
    }
    fn change(&self) -> Option<&dyn ChangeAccount> {
        self.sound.change()
    }
    fn usage(&self) -> Option<&dyn ReportUsage> {
        self.sound.usage()
    }
}
