//! What the club does once a day: it asks staff to thank its best members.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    PluginCtx, PluginError, Tasks,
    domain::ClientId,
    tasks::{Task, TaskReport},
};
use std::time::Duration;

use super::Club;

const THANK: &str = "thank";
/// Points that staff thank for, and for each time as many again.
const STEP: u32 = 50;

#[async_trait]
impl Tasks for Club {
    fn tasks(&self) -> Vec<Task> {
        let every = Duration::from_secs(24 * 60 * 60);
        vec![Task { key: THANK.into(), label: "Thank the best members".into(), every }]
    }
    async fn preview(&self, ctx: &PluginCtx, task: &str) -> Result<Vec<String>, PluginError> {
        let due = self.due(ctx, task).await?;
        Ok(due.iter().map(|(client, points)| format!("Thank client {client} for {points} points")).collect())
    }
    async fn run(&self, ctx: &PluginCtx, task: &str) -> Result<TaskReport, PluginError> {
        let mut lines = vec![];
        for (client, points) in self.due(ctx, task).await? {
            let title = format!("Thank client {client} for {points} points in the club");
            ctx.host.notify_staff(&format!("thank-{client}"), &title, "A card will do.").await?;
            self.change(ctx, client, |account| {
                account.thanked = points;
                Ok(())
            })
            .await?;
            lines.push(format!("Asked to thank client {client} for {points} points"));
        }
        Ok(TaskReport { lines })
    }
}

impl Club {
    /// Who is to be thanked, and for how many points.
    async fn due(&self, ctx: &PluginCtx, task: &str) -> Result<Vec<(ClientId, u32)>, PluginError> {
        if task != THANK {
            return Err(PluginError::not_found(format!("the club has no task {task}")));
        }
        let mut due = vec![];
        for client in self.members(ctx).await? {
            let account = self.account(ctx, client).await?;
            if account.points >= account.thanked.saturating_add(STEP) {
                due.push((client, account.points));
            }
        }
        Ok(due)
    }
}
