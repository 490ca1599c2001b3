//! The feed as this node has read it: subscribers that read side by side share what one of them fetched.

use innkeeper_db::{PgPool, feed::FedRow};
use innkeeper_plugin_api::EventEnvelope;
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::{Mutex, watch};

use crate::Result;

/// Places of a page: those whose number divided by it is the same.
const PAGE: i64 = 512;
/// Pages kept.
const PAGES: usize = 24;

/// An event at its place.
pub(super) struct Fed {
    pub(super) position: i64,
    pub(super) event: EventEnvelope,
}

/// The end of the feed as far as this node knows, and the pages it read last.
pub(crate) struct Feed {
    head: watch::Sender<i64>,
    pages: Mutex<VecDeque<Page>>,
}

struct Page {
    number: i64,
    /// It holds what is behind this place …
    from: i64,
    /// … as far as the feed went when it was read, in order.
    events: Arc<[Arc<Fed>]>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { head: watch::Sender::new(0), pages: Mutex::default() }
    }
}

impl Feed {
    /// Learns of the last place given.
    pub(super) fn reaches(&self, head: i64) {
        self.head.send_if_modified(|known| {
            let further = head > *known;
            *known = head.max(*known);
            further
        });
    }

    /// Follows the last place given.
    pub(super) fn head(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// The events of the page behind `position`, and how many of them are not behind it. None at the end.
    /// One reader at a time: the others find what it fetched.
    pub(super) async fn after(&self, pool: &PgPool, position: i64) -> Result<(Arc<[Arc<Fed>]>, usize)> {
        let number = (position + 1).div_euclid(PAGE);
        let mut pages = self.pages.lock().await;
        let known = pages.iter().position(|page| page.number == number).and_then(|at| pages.remove(at));
        let mut page = match known.filter(|page| page.from <= position) {
            Some(page) => page,
            None => Page { number, from: position, events: Arc::default() },
        };
        let last = page.events.last().map_or(page.from, |last| last.position);
        if last <= position {
            let end = (number + 1) * PAGE;
            let rows = innkeeper_db::feed::after(&mut *pool.acquire().await?, last, end - 1 - last).await?;
            page.events = page.events.iter().cloned().chain(rows.into_iter().map(|row| Arc::new(fed(row)))).collect();
        }
        let events = page.events.clone();
        // Where the beginning of the feed was forgotten, what comes next is of a later page.
        if events.last().is_none_or(|last| last.position.div_euclid(PAGE) == number) {
            pages.push_back(page);
        }
        if pages.len() > PAGES {
            pages.pop_front();
        }
        let start = events.partition_point(|fed| fed.position <= position);
        Ok((events, start))
    }
}

fn fed(row: FedRow) -> Fed {
    let event = EventEnvelope {
        id: row.id,
        name: row.name,
        version: row.version,
        occurred_at: row.occurred_at,
        aggregate: row.aggregate,
        aggregate_id: row.aggregate_id,
        sequence: row.sequence,
        payload: row.payload,
    };
    Fed { position: row.position, event }
}
