//! How the club judges orders.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    PluginCtx, PluginError, Screening,
    tasks::{Judgement, Risk, Suspect},
};

use super::{Club, ClubSettings};

#[async_trait]
impl Screening for Club {
    async fn screen(&self, ctx: &PluginCtx, suspect: &Suspect) -> Result<Judgement, PluginError> {
        let settings = ClubSettings::of(ctx)?;
        if !settings.screen {
            return Ok(accept("Orders are not screened."));
        }
        let email = suspect.client.email.to_ascii_lowercase();
        let address = suspect.address.map(|address| address.to_string()).unwrap_or_default();
        let hostile = |listed: &String| [&email, &address].iter().any(|one| one.eq_ignore_ascii_case(listed.trim()));
        if let Some(listed) = settings.hostile.iter().find(|listed| hostile(listed)) {
            let reasons = vec![format!("{} is on the list of hostile addresses.", listed.trim())];
            return Ok(Judgement { risk: Risk::Reject, score: 95, reasons });
        }
        let host = email.rsplit_once('@').map_or("", |(_, host)| host);
        if settings.throwaway.iter().any(|listed| listed.trim().eq_ignore_ascii_case(host)) {
            let reasons = vec![format!("{host} gives away addresses to throw away.")];
            return Ok(Judgement { risk: Risk::Review, score: 60, reasons });
        }
        Ok(accept("Nothing is known against this client."))
    }
}

fn accept(reason: &str) -> Judgement {
    Judgement { risk: Risk::Accept, score: 5, reasons: vec![reason.to_owned()] }
}
