//! Logs: where they go, and how much of them. Levels can be changed while the program runs, and plugins
//! have levels and a measure of their own.

use anyhow::{Context, Result};
use innkeeper_app::{
    App,
    plugins::{self, LogLevels},
};
use innkeeper_config::{Config, LogFormat};
use std::{
    io::{IsTerminal, Stderr, Write},
    sync::OnceLock,
};
use tracing::{Event, Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    fmt::MakeWriter,
    layer::{Context as Cx, Filter, SubscriberExt as _},
    registry::LookupSpan,
    reload,
    util::SubscriberInitExt as _,
};

/// Bytes of one line of a plugin.
const LINE: usize = 16 << 10;

/// The running filter, and what the configuration says.
struct Running {
    handle: reload::Handle<EnvFilter, Registry>,
    configured: String,
}

static RUNNING: OnceLock<Running> = OnceLock::new();

/// Sends logs to standard error in the configured form.
pub fn start(config: &Config) -> Result<()> {
    // What the database remarks on repeated migrations is of no use, unless somebody asks for it.
    let configured = format!("sqlx::postgres::notice=warn,{}", config.log.level);
    let filter = EnvFilter::try_new(&configured).context("log.level")?;
    let (filter, handle) = reload::Layer::new(filter);
    let logs = logs(filter, &config.log.format, std::io::stderr().is_terminal(), lines);
    logs.try_init().map_err(|e| anyhow::anyhow!("logs cannot be started: {e}"))?;
    let _ = RUNNING.set(Running { handle, configured });
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // The panic of a plugin is a line of its log, which counts like any other.
        if plugins::on_plugin_thread() { tracing::error!(%panic, "a plugin panicked") } else { usual(panic) }
    }));
    Ok(())
}

/// What is to be logged, as lines for a writer.
fn logs<W: for<'w> MakeWriter<'w> + Send + Sync + 'static>(
    filter: reload::Layer<EnvFilter, Registry>,
    format: &LogFormat,
    colours: bool,
    writer: W,
) -> impl Subscriber + Send + Sync {
    let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(writer);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    Registry::default().with(lines.with_filter(ByPlugin(filter)))
}

/// Follows the levels that staff set.
pub fn follow(app: &App) {
    app.on_log_levels(|levels| {
        let Some(running) = RUNNING.get() else { return };
        match EnvFilter::try_new(directives(&running.configured, levels)) {
            Ok(filter) => {
                if let Err(error) = running.handle.reload(filter) {
                    tracing::warn!(%error, "the level of logs cannot be changed");
                }
            }
            Err(error) => tracing::warn!(%error, "a level of logs is none"),
        }
    });
}

/// What is configured, and then what staff set: of two that speak of the same part, the later counts.
fn directives(configured: &str, levels: &LogLevels) -> String {
    match levels.directives().as_str() {
        "" => configured.to_owned(),
        set => format!("{configured},{set}"),
    }
}

/// Lets a plugin's own level decide on its threads, and drops what it logs too much.
struct ByPlugin<F>(F);

impl<S: Subscriber + for<'s> LookupSpan<'s>, F: Filter<S>> Filter<S> for ByPlugin<F> {
    fn enabled(&self, meta: &Metadata<'_>, cx: &Cx<'_, S>) -> bool {
        // Spans are kept, so that a line says whose call it belongs to.
        let own = if meta.is_event() { plugins::wanted(meta.level()) } else { None };
        own.unwrap_or_else(|| self.0.enabled(meta, cx))
    }
    fn event_enabled(&self, event: &Event<'_>, cx: &Cx<'_, S>) -> bool {
        self.0.event_enabled(event, cx) && plugins::may_write()
    }
    fn callsite_enabled(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.0.max_level_hint().map(|hint| hint.max(LevelFilter::DEBUG))
    }
    fn on_new_span(&self, attrs: &tracing::span::Attributes<'_>, id: &tracing::span::Id, cx: Cx<'_, S>) {
        self.0.on_new_span(attrs, id, cx);
    }
    fn on_record(&self, id: &tracing::span::Id, values: &tracing::span::Record<'_>, cx: Cx<'_, S>) {
        self.0.on_record(id, values, cx);
    }
    fn on_enter(&self, id: &tracing::span::Id, cx: Cx<'_, S>) {
        self.0.on_enter(id, cx);
    }
    fn on_exit(&self, id: &tracing::span::Id, cx: Cx<'_, S>) {
        self.0.on_exit(id, cx);
    }
    fn on_close(&self, id: tracing::span::Id, cx: Cx<'_, S>) {
        self.0.on_close(id, cx);
    }
}

/// Standard error, on which a plugin's line is of bearable length.
struct Lines(Stderr);

fn lines() -> Lines {
    Lines(std::io::stderr())
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        match line.get(..LINE).filter(|_| line.len() > LINE && plugins::on_plugin_thread()) {
            Some(start) => {
                self.0.write_all(start)?;
                self.0.write_all(" …\n".as_bytes())?;
            }
            None => self.0.write_all(line)?,
        }
        Ok(line.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests;
