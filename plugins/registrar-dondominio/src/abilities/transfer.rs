//! How far a transfer to us is.

use innkeeper_plugin_api::{
    DomainRef, Outcome, PluginCtx, PluginError, PluginResult, Secret, async_trait,
    registrar::{TransferProgress, TransferState, TransferStep},
};
use serde_json::Value;

use crate::convert::{Stage, field, stage, wire_name};
use crate::registrar::{DonDominio, confirmed_by, ours};

#[async_trait]
impl TransferProgress for DonDominio {
    async fn step(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<TransferStep, PluginError> {
        let status = ours(&self.client(ctx)?, &wire_name(&domain.name)?).await?;
        let state = match (stage(&status.base.status), status.base.status.as_str()) {
            (Stage::Live | Stage::Expired, _) => TransferState::Done,
            (Stage::TransferFailed | Stage::RegistrationFailed, _) => TransferState::Failed,
            (Stage::Pending, "transfer-init") => TransferState::WaitsForOwner,
            (Stage::Pending, _) => TransferState::WaitsForRegistrar,
        };
        Ok(TransferStep { state, detail: status.transfer_status.unwrap_or_default() })
    }

    async fn restart(&self, ctx: &PluginCtx, domain: &DomainRef, auth_code: Option<&Secret>) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let status = ours(&client, &name).await?;
        let is_over = stage(&status.base.status) == Stage::TransferFailed;
        // Under way it is started anew only to give it another code.
        if is_over || (stage(&status.base.status) == Stage::Pending && auth_code.is_some()) {
            let mut fields = vec![field("domain", &name), field("foacontact", confirmed_by(&client.settings))];
            fields.extend(auth_code.map(|code| field("authcode", code.reveal().trim())));
            let _: Value = client.change("domain/transferrestart", &fields).await?;
        }
        Ok(Outcome::Done(()))
    }
}
