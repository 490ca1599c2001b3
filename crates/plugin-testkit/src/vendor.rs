//! What the kit needs of a vendor's double.

use async_trait::async_trait;
use innkeeper_plugin_api::SettingValues;
use std::time::Duration;

/// A double of a vendor, fresh for each check.
#[async_trait]
pub trait Vendor: Send + Sync {
    /// Settings with which the plugin works against this double.
    fn settings(&self) -> SettingValues;
    /// The same with a wrong password or key. None: the vendor has no credentials.
    fn wrong_credentials(&self) -> Option<SettingValues>;
    /// Every secret of the settings: none of them may turn up in a log line, an error or `Debug`.
    fn secrets(&self) -> Vec<String>;
    /// How many requests arrived, of any kind.
    async fn requests(&self) -> u64;
    /// How many calls changed something.
    async fn changes(&self) -> usize;
    /// The next call that changes something is carried out, but its answer is lost.
    async fn lose_next_answer(&self);
    /// The next `spared` calls that change something are answered; the one after them is carried out and
    /// its answer is lost. For vendors that need several calls for one operation; a double that can lose
    /// nothing but the next answer loses none if others are to be spared.
    async fn lose_answer_after(&self, spared: usize) {
        if spared == 0 {
            self.lose_next_answer().await;
        }
    }
    /// From now on calls that change something are carried out at once and answered after `delay`.
    async fn slow(&self, delay: Duration);
    /// From now on the vendor says that it is out of service and carries nothing out.
    async fn unavailable(&self);
    /// From now on connections are refused.
    async fn go_down(&self);
}
