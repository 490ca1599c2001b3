//! The plugin with one flaw built in: what the kit must notice in an ability.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountState, AccountStatus, Created, Field, Implementation, Page, Plugin, PluginCtx, PluginError,
    PluginResult, Protection, RecordType, Secret, ServerOperation, ServerPlugin, View, Zone, ZoneChange,
    server::{AccountZone, Adoption, ClientPanels, Inventory, RemoteAccount, RemotePlan},
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    HidesOtherRecords,
    DrawsNothing,
    ListsTheSuspendedAsActive,
    StaysOn,
}

/// The real plugin with `flaw`.
pub fn with(flaw: Flaw) -> Plugin {
    let mut plugin = innkeeper_server_powerdns::plugin();
    if let Implementation::Server(sound) = plugin.implementation {
        plugin.implementation = Implementation::Server(Arc::new(Flawed { sound, flaw }));
    }
    plugin
}

struct Flawed {
    sound: Arc<dyn ServerPlugin>,
    flaw: Flaw,
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
        self.sound.create(ctx, account).await
    }
    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.sound.suspend(ctx, account).await?;
        // Off by what it says, and on for the world.
        if self.flaw == Flaw::StaysOn {
            self.sound.unsuspend(ctx, account).await
        } else {
            self.sound.suspend(ctx, account).await
        }
    }
    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.sound.unsuspend(ctx, account).await
    }
    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.sound.terminate(ctx, account).await
    }
    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        self.sound.status(ctx, account).await
    }
    fn inventory(&self) -> Option<&dyn Inventory> {
        Some(self)
    }
    fn panels(&self) -> Option<&dyn ClientPanels> {
        Some(self)
    }
    fn zone(&self) -> Option<&dyn AccountZone> {
        Some(self)
    }
}

#[async_trait]
impl Inventory for Flawed {
    async fn plans(&self, ctx: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError> {
        self.sound.inventory().unwrap().plans(ctx).await
    }
    async fn accounts(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteAccount>, PluginError> {
        let mut page = self.sound.inventory().unwrap().accounts(ctx, cursor).await?;
        if self.flaw == Flaw::ListsTheSuspendedAsActive {
            page.items.iter_mut().for_each(|account| account.state = AccountState::Active);
        }
        Ok(page)
    }
    fn adoption(&self) -> Option<&dyn Adoption> {
        self.sound.inventory().unwrap().adoption()
    }
}

#[async_trait]
impl ClientPanels for Flawed {
    fn panels(&self) -> Vec<(&'static str, &'static str)> {
        self.sound.panels().unwrap().panels()
    }
    async fn draw(&self, ctx: &PluginCtx, account: &Account, panel: &str) -> Result<View, PluginError> {
        let view = self.sound.panels().unwrap().draw(ctx, account, panel).await?;
        Ok(if self.flaw == Flaw::DrawsNothing { View::default() } else { view })
    }
}

#[async_trait]
impl AccountZone for Flawed {
    fn record_types(&self) -> &'static [RecordType] {
        self.sound.zone().unwrap().record_types()
    }
    async fn zone(&self, ctx: &PluginCtx, account: &Account) -> Result<Zone, PluginError> {
        let zone = self.sound.zone().unwrap().zone(ctx, account).await?;
        Ok(if self.flaw == Flaw::HidesOtherRecords { Zone { others: 0, ..zone } } else { zone })
    }
    async fn change_zone(&self, ctx: &PluginCtx, account: &Account, change: &ZoneChange) -> PluginResult<()> {
        self.sound.zone().unwrap().change_zone(ctx, account, change).await
    }
}
