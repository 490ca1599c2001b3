//! Where somebody is signed in; shown in the portal and in the panel.

use chrono::{DateTime, Utc};
use innkeeper_app::sessions::SessionEntry;
use innkeeper_domain::SessionId;

use crate::view::{Moment, PostButton};

/// One session in a list.
pub struct SessionRow {
    /// Ends it.
    pub end: PostButton,
    /// The browser, in few words.
    pub browser: String,
    /// Where it comes from.
    pub ip: String,
    /// Last use.
    pub seen: Moment,
    /// The one that looks at the list.
    pub current: bool,
}

impl SessionRow {
    /// The rows of a list, in its order. `root` is empty in the portal, `/admin` in the panel.
    pub fn all(root: &str, entries: Vec<SessionEntry>, current: SessionId, now: DateTime<Utc>) -> Vec<Self> {
        let row = |entry: SessionEntry| Self {
            end: PostButton::new(&format!("{root}/profile/sessions/{}/revoke", entry.id), "Sign out")
                .small()
                .about(&browser(&entry.user_agent)),
            browser: browser(&entry.user_agent),
            ip: if entry.ip.is_empty() { "Unknown".to_owned() } else { entry.ip },
            seen: Moment::ago(&entry.last_seen_at, now),
            current: entry.id == current,
        };
        entries.into_iter().map(row).collect()
    }
}

/// `Firefox on Linux`, from what a browser calls itself. A hint for people, not a test.
fn browser(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|f| f.1);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_named_in_few_words() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1";
        assert_eq!(browser(safari), "Safari on iPhone");
        assert_eq!(browser("curl/8"), "Unknown browser");
    }
}
