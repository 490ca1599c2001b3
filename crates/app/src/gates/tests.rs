use super::*;
use crate::{plugins::Registry, testing::TestApp};
use innkeeper_domain::ProductId;
use innkeeper_hooks::payloads::{BeforeModuleCreate, EmailPreSend, ValidateCheckout};
use innkeeper_plugin_api::{
    EventEnvelope, GateKeeper, Implementation, Manifest, Plugin, PluginCtx, Schemas, Snapin, Subscriber, async_trait,
    hooks::{CATALOGUE, Kind, Sample},
};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A keeper of every gate: what it answers, when it is asked, and what it was asked.
struct Keeper {
    answer: Box<dyn Fn() -> PluginAnswer<Verdict> + Send + Sync>,
    priority: i32,
    asked: Arc<Mutex<Vec<Value>>>,
    hangs: bool,
}

#[async_trait]
impl Snapin for Keeper {
    fn subscribers(&self, _: &PluginCtx) -> PluginAnswer<Vec<Subscriber>> {
        Ok(vec![])
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> PluginAnswer<()> {
        Ok(())
    }
    fn gates(&self) -> Option<&dyn GateKeeper> {
        Some(self)
    }
}

#[async_trait]
impl GateKeeper for Keeper {
    fn gates(&self) -> Vec<(&'static str, i32)> {
        CATALOGUE.iter().filter(|row| row.kind == Kind::Gate).map(|row| (row.name, self.priority)).collect()
    }
    async fn ask(&self, _: &PluginCtx, _: &str, question: &Value) -> PluginAnswer<Verdict> {
        self.asked.lock().unwrap().push(question.clone());
        if self.hangs {
            std::future::pending::<()>().await;
        }
        (self.answer)()
    }
}

type Asked = Arc<Mutex<Vec<Value>>>;
type PluginAnswer<T> = std::result::Result<T, PluginError>;

fn keeper(
    id: &str,
    priority: i32,
    answer: impl Fn() -> PluginAnswer<Verdict> + Send + Sync + 'static,
) -> (Plugin, Asked) {
    let asked = Asked::default();
    let keeper = Keeper { answer: Box::new(answer), priority, asked: asked.clone(), hangs: false };
    (plugin(id, keeper), asked)
}

fn plugin(id: &str, keeper: Keeper) -> Plugin {
    let manifest = Manifest {
        id: id.into(),
        name: id.into(),
        version: "1".into(),
        description: String::new(),
        links: vec![],
        schemas: Schemas::default(),
    };
    Plugin::new(manifest, Implementation::Snapin(Arc::new(keeper)))
}

fn adjust(fields: Value) -> Verdict {
    Verdict::Adjust(fields.as_object().unwrap().clone())
}

async fn with(plugins: impl IntoIterator<Item = Plugin>) -> TestApp {
    TestApp::with(Registry::new(plugins).unwrap()).await
}

fn refusal<G: std::fmt::Debug>(outcome: Result<Decision<G>>) -> PluginError {
    match outcome {
        Err(AppError::External(e)) => e,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_what_may_be_adjusted_is_and_the_next_keeper_sees_it() {
    let (second, asked) = keeper("a-second", 5, || Ok(Verdict::Allow));
    let (first, _) = keeper("z-first", 1, || {
        Ok(adjust(json!({ "label": "new", "product_id": 99, "fields": "no map", "nonsense": 1 })))
    });
    let t = with([second, first]).await;
    let question = BeforeModuleCreate::sample();
    let (now, skipped) = ask(&t, question.clone()).await.unwrap().parts();
    assert_eq!(now, BeforeModuleCreate { label: "new".into(), ..question });
    assert_eq!((skipped, now.product_id), (None, ProductId(3)));
    assert_eq!(asked.lock().unwrap()[0]["label"], "new");
}

#[tokio::test]
async fn the_first_refusal_ends_it_with_all_its_reasons() {
    let (never, asked) = keeper("later", 2, || Ok(Verdict::Allow));
    let both = || Ok(Verdict::RefuseAll(vec!["too short".into(), "too plain".into()]));
    let t = with([never, keeper("strict", 1, both).0]).await;
    let refused = refusal(ask(&t, ValidateCheckout::sample()).await);
    assert_eq!(refused.public.as_deref(), Some("too short; too plain"));
    assert!(!could_not_be_asked(&refused));
    assert!(asked.lock().unwrap().is_empty());
    let t = with([keeper("unsure", 1, || Ok(Verdict::RefuseAll(vec![]))).0]).await;
    assert!(matches!(ask(&t, ValidateCheckout::sample()).await, Ok(Decision::Go(_))));
}

#[tokio::test]
async fn skipping_counts_where_it_means_something() {
    let t = with([keeper("by-hand", 1, || Ok(Verdict::Skip)).0]).await;
    let (_, by) = ask(&t, EmailPreSend::sample()).await.unwrap().parts();
    assert_eq!(by.as_deref(), Some("by-hand"));
    let (_, by) = ask(&t, ValidateCheckout::sample()).await.unwrap().parts();
    assert_eq!(by, None, "an order cannot count as placed without being placed");
}

#[tokio::test]
async fn a_keeper_that_panics_fails_or_hangs_refuses() {
    let t = with([keeper("broken", 1, || panic!("at the disco")).0]).await;
    assert!(could_not_be_asked(&refusal(ask(&t, ValidateCheckout::sample()).await)));
    let t = with([keeper("failing", 1, || Err(PluginError::temporary("no disk"))).0]).await;
    assert!(could_not_be_asked(&refusal(ask(&t, ValidateCheckout::sample()).await)));
    let hanging = Keeper { answer: Box::new(|| Ok(Verdict::Allow)), priority: 0, asked: Asked::default(), hangs: true };
    let mut t = with([plugin("hanging", hanging)]).await;
    Arc::get_mut(&mut t.app).unwrap().options.plugin_timeout = Duration::from_millis(20);
    assert!(could_not_be_asked(&refusal(ask(&t, ValidateCheckout::sample()).await)));
}
