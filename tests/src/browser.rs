//! Chromium, as a person uses it.

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    error::CmdError,
};
use hyper_util::client::legacy::connect::HttpConnector;
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked for.
const PERIOD: Duration = Duration::from_millis(200);
const MISSING: &str = "Chromium and its WebDriver are needed. As root, run:\n\n    \
    apt-get update && apt-get install -y --no-install-recommends chromium chromium-driver\n";
/// Nothing of it goes online, and nothing moves while it is pressed.
const ARGUMENTS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-prefers-reduced-motion",
    "--force-color-profile=srgb",
];

/// A browser with a profile of its own. Whatever it started is killed when it is dropped.
pub struct Browser {
    page: Client,
    base: String,
    webdriver: String,
    http: reqwest::Client,
    _driver: Driver,
    _said: BufReader<ChildStdout>,
    _profile: TempDir,
}

impl Browser {
    /// Opens one on a site, with a window of this size.
    pub async fn open(base: &str, width: u32, height: u32) -> Self {
        // For the plain HTTP client; whoever comes second finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver");
        driver.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let driver = driver.spawn().unwrap_or_else(|error| panic!("chromedriver: {error}. {MISSING}"));
        let mut driver = Driver(driver);
        let mut said = BufReader::new(driver.0.stdout.take().unwrap());
        let webdriver = format!("http://127.0.0.1:{}", port(&mut said));
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={width},{height}"));
        let wanted = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(wanted) = wanted else { unreachable!() };
        let page = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&webdriver).await;
        let page = page.unwrap_or_else(|error| panic!("Chromium did not start: {error}. {MISSING}"));
        Self {
            page,
            base: base.to_owned(),
            webdriver,
            http: reqwest::Client::new(),
            _driver: driver,
            _said: said,
            _profile: profile,
        }
    }

    /// Opens a page of the site.
    pub async fn goto(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// The path of the page.
    pub async fn path(&self) -> String {
        self.page.current_url().await.unwrap().path().to_owned()
    }

    /// Waits for an element that can be seen.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.page.wait().at_most(PATIENCE).every(PERIOD).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}\n{} says:\n{}", self.path().await, self.text().await),
        }
    }

    /// Whether the page has it now.
    pub async fn has(&self, css: &str) -> bool {
        match self.page.find(Locator::Css(css)).await {
            Ok(_) => true,
            Err(CmdError::Standard(_)) => false,
            Err(error) => panic!("{css}: {error}"),
        }
    }

    /// Presses something.
    pub async fn click(&self, css: &str) {
        let pressed = self.find(css).await.click().await;
        pressed.unwrap_or_else(|error| panic!("{css}: {error:?}"));
    }

    /// Types into a field, by its name.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("main [name=\"{name}\"]:not([type=hidden])")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses from a list, by the name of the field.
    pub async fn choose(&self, name: &str, value: &str) {
        self.find(&format!("main select[name=\"{name}\"]")).await.select_by_value(value).await.unwrap();
    }

    /// What can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.script("return document.querySelector('main').innerText", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page, wherever the last click led, shows all these texts.
    pub async fn sees(&self, texts: &[&str]) {
        self.watch(None, texts).await;
    }

    /// Opens a page again and again until it shows all these texts.
    pub async fn reloads_until(&self, path: &str, texts: &[&str]) {
        self.watch(Some(path), texts).await;
    }

    async fn watch(&self, path: Option<&str>, texts: &[&str]) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(path) = path {
                self.goto(path).await;
            }
            let shown = self.text().await;
            let missing: Vec<_> = texts.iter().filter(|text| !shown.contains(**text)).collect();
            if missing.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{missing:?} did not appear at {}:\n{shown}", self.path().await);
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Waits until the parts that come after a page, and the typeface, are there.
    pub async fn settle(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.has("[aria-busy=true]").await {
            assert!(Instant::now() < deadline, "{} does not come to rest", self.path().await);
            tokio::time::sleep(PERIOD).await;
        }
        self.script_async("document.fonts.ready.then(() => arguments[arguments.length - 1]())", vec![]).await;
    }

    /// The address of the first thing of a list.
    pub async fn first_of(&self, list: &str) -> String {
        self.goto(list).await;
        let link = format!("main table a[href^=\"{list}/\"]");
        self.find(&link).await.attr("href").await.unwrap().unwrap()
    }

    /// Presses a key, wherever the focus is.
    pub async fn key(&self, value: char) {
        let press =
            KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.page.perform_actions(press).await.unwrap();
    }

    /// What has the focus: its accessible name, and whether an outline shows it.
    pub async fn focus(&self) -> (String, bool) {
        let script = "const e = document.activeElement;
            const name = e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText;
            return [name.trim(), getComputedStyle(e).outlineStyle !== 'none'];";
        let found = self.script(script, vec![]).await;
        (found[0].as_str().unwrap().to_owned(), found[1].as_bool().unwrap())
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.page.execute(script, arguments).await.unwrap()
    }

    /// Runs a script that calls its last argument when it is done.
    pub async fn script_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.page.execute_async(script, arguments).await.unwrap()
    }

    /// What the page's console said since the last call.
    pub async fn console(&self) -> Vec<String> {
        let session = self.page.session_id().await.unwrap().unwrap();
        let url = format!("{}/session/{session}/se/log", self.webdriver);
        let answer = self.http.post(url).json(&json!({ "type": "browser" })).send().await.unwrap();
        let log: Value = answer.json().await.unwrap();
        let lines = log["value"].as_array().unwrap();
        lines.iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Acts as a device with a window of this size (CSS pixels), and `dark` or `light`.
    pub async fn emulate(&self, width: u32, height: u32, scale: u32, scheme: &str) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let session = self.page.session_id().await.unwrap().unwrap();
        let url = format!("{}/session/{session}/goog/cdp/execute", self.webdriver);
        let body = json!({ "cmd": command, "params": parameters });
        self.http.post(url).json(&body).send().await.unwrap().error_for_status().unwrap();
    }

    /// What the window shows, as PNG.
    pub async fn screenshot(&self) -> Vec<u8> {
        self.page.screenshot().await.unwrap()
    }

    /// Signs in; `door` is `` or `/admin`.
    pub async fn sign_in(&self, door: &str, email: &str, password: &str) {
        self.goto(&format!("{door}/login")).await;
        self.fill("email", email).await;
        self.fill("password", password).await;
        self.click("main button[type=submit]").await;
        let deadline = Instant::now() + PATIENCE;
        while self.path().await.ends_with("/login") {
            assert!(Instant::now() < deadline, "not signed in: {}", self.text().await);
            tokio::time::sleep(PERIOD).await;
        }
    }
}

/// The driver and the browser it started are one group, made for us alone. It ends with its owner, also
/// when the browser did not start.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let group = Pid::from_raw(i32::try_from(self.0.id()).unwrap());
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.0.wait();
    }
}

/// The port that the driver found.
fn port(said: &mut BufReader<ChildStdout>) -> u16 {
    let mut all = String::new();
    while said.read_line(&mut all).unwrap() > 0 {
        let line = all.lines().last().unwrap_or_default();
        if let Some((_, port)) = line.rsplit_once("successfully on port ")
            && let Ok(port) = port.trim_end_matches('.').parse()
        {
            return port;
        }
    }
    panic!("chromedriver ended: {all}");
}
