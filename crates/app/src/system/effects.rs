//! Effects on outside systems: what runs, what failed, what waits for a person.

use innkeeper_db::effects::{self, EffectFilter, EffectSummary};
use innkeeper_domain::{EffectId, Permission, state::EffectState};

use crate::{Actor, App, AppError, Result, effects::Subject};

/// A page of effects.
#[derive(Clone, Debug, Default)]
pub struct ListEffects {
    /// In this state.
    pub state: Option<EffectState>,
    /// On this service or domain.
    pub subject: Option<Subject>,
    /// Older than this one.
    pub before: Option<EffectId>,
    /// How many, 1 to 200.
    pub limit: i64,
}

/// A page of effects, newest first, with their errors as staff read them.
pub async fn list_effects(app: &App, actor: &Actor, list: ListEffects) -> Result<Vec<EffectSummary>> {
    actor.require(Permission::ServicesRead)?;
    let subject = list.subject.map(Subject::parts);
    let filter = EffectFilter {
        id: None,
        state: list.state,
        subject: subject.map(|(kind, _)| kind),
        subject_id: subject.map(|(_, id)| id),
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    Ok(effects::list(&mut *app.conn().await?, &filter).await?)
}

/// An effect.
pub async fn get_effect(app: &App, actor: &Actor, id: EffectId) -> Result<EffectSummary> {
    actor.require(Permission::ServicesRead)?;
    let filter = EffectFilter { id: Some(id), limit: 1, ..EffectFilter::default() };
    effects::list(&mut *app.conn().await?, &filter).await?.pop().ok_or(AppError::NotFound("operation"))
}
