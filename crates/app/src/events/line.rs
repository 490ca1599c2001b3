//! What a subscriber is about to get: a line for each thing, worked off from the front.

use innkeeper_domain::DeliveryId;
use innkeeper_plugin_api::EventEnvelope;
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::feed::Fed;

/// An event in hand.
#[derive(Clone)]
pub(super) enum Item {
    /// From the feed, for the first time.
    Fed(Arc<Fed>),
    /// From the deliveries put aside; with the attempts so far.
    Parked(Arc<EventEnvelope>, DeliveryId, i32),
}

impl Item {
    pub(super) fn event(&self) -> &EventEnvelope {
        match self {
            Self::Fed(fed) => &fed.event,
            Self::Parked(event, ..) => event,
        }
    }
    pub(super) fn thing(&self) -> Thing {
        Thing(self.clone())
    }
}

/// What an event is about; equal for events of one thing.
#[derive(Clone)]
pub(super) struct Thing(Item);

impl Thing {
    fn parts(&self) -> (&str, i64) {
        let event = self.0.event();
        (&event.aggregate, event.aggregate_id)
    }
}
impl PartialEq for Thing {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}
impl Eq for Thing {}
impl Hash for Thing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// All lines of a subscriber.
#[derive(Default)]
pub(super) struct Lines {
    lines: HashMap<Thing, VecDeque<Item>>,
    /// Things whose first is not under way.
    ready: VecDeque<Thing>,
    /// Places of what is in hand.
    open: BTreeSet<i64>,
    /// Deliveries in hand.
    parked: BTreeSet<DeliveryId>,
}

impl Lines {
    /// Events of the feed in hand.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
    /// The first place that is not settled.
    pub(super) fn first_open(&self) -> Option<i64> {
        self.open.first().copied()
    }
    /// Puts an event at the end of its line. A delivery that is in hand already is left out.
    pub(super) fn push(&mut self, item: Item) {
        match &item {
            Item::Fed(fed) => drop(self.open.insert(fed.position)),
            Item::Parked(_, id, _) if !self.parked.insert(*id) => return,
            Item::Parked(..) => {}
        }
        let thing = item.thing();
        let line = self.lines.entry(thing.clone()).or_default();
        line.push_back(item);
        if line.len() == 1 {
            self.ready.push_back(thing);
        }
    }
    /// The next event that may be handed over.
    pub(super) fn start(&mut self) -> Option<Item> {
        let thing = self.ready.pop_front()?;
        self.lines.get(&thing).and_then(|line| line.front().cloned())
    }
    /// The first of a line arrived: the next one may.
    pub(super) fn arrived(&mut self, item: &Item) {
        self.forget(item);
        let thing = item.thing();
        if let Some(line) = self.lines.get_mut(&thing) {
            line.pop_front();
            match line.is_empty() {
                true => drop(self.lines.remove(&thing)),
                false => self.ready.push_back(thing),
            }
        }
    }
    /// The first of a line did not arrive: takes the others out of hand, without it.
    pub(super) fn break_up(&mut self, item: &Item) -> Vec<Item> {
        self.forget(item);
        let line = self.lines.remove(&item.thing()).unwrap_or_default();
        line.into_iter().skip(1).inspect(|item| forget(&mut self.open, &mut self.parked, item)).collect()
    }
    /// Takes everything out of hand; those with a place before `end`.
    pub(super) fn give_up(&mut self, end: i64) -> Vec<Arc<Fed>> {
        let items = std::mem::take(self).lines.into_values().flatten();
        let fed = items.filter_map(|item| match item {
            Item::Fed(fed) if fed.position < end => Some(fed),
            _ => None,
        });
        fed.collect()
    }
    fn forget(&mut self, item: &Item) {
        forget(&mut self.open, &mut self.parked, item);
    }
}

fn forget(open: &mut BTreeSet<i64>, parked: &mut BTreeSet<DeliveryId>, item: &Item) {
    match item {
        Item::Fed(fed) => drop(open.remove(&fed.position)),
        Item::Parked(_, id, _) => drop(parked.remove(id)),
    }
}

/// What became of an event, until it is written.
pub(super) enum Outcome {
    /// Put aside: after an attempt that failed (its error), or behind another one.
    Parked(Item, Option<String>),
    /// A delivery put aside has arrived.
    Delivered(DeliveryId, Item),
    /// It has failed again; `None`: for the last time.
    Failed(DeliveryId, Item, String, Option<f64>),
}

impl Outcome {
    pub(super) fn item(&self) -> &Item {
        match self {
            Self::Parked(item, _) | Self::Delivered(_, item) | Self::Failed(_, item, ..) => item,
        }
    }
}
