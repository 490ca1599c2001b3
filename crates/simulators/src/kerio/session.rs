//! Log-in, the cookie and token that belong together, roles and the lockout.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    error::RpcError,
    fields,
    options::Options,
    store::{self, Store},
};

/// Bad log-ins in a row that lock an account.
const FAILURES_TO_LOCK: u32 = 3;
/// How long it stays locked.
const LOCKED_FOR: Duration = Duration::from_secs(300);

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The administrator that is not a mail user.
    BuiltInAdmin,
    /// Everything.
    FullAdmin,
    /// Users of the own domain.
    AccountAdmin,
    /// Reads, except domains.
    Auditor,
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Empty for the built-in administrator.
    pub user_id: String,
    /// Empty for the built-in administrator.
    pub domain_id: String,
    /// Name as logged in.
    pub login_name: String,
    /// Rights.
    pub role: Role,
}

impl Caller {
    /// Whether the caller may change users of this domain.
    pub fn may_manage(&self, domain_id: &str) -> bool {
        match self.role {
            Role::BuiltInAdmin | Role::FullAdmin => true,
            Role::AccountAdmin => self.domain_id == domain_id,
            Role::Auditor => false,
        }
    }

    /// Whether the caller may list users of this domain.
    pub fn may_read(&self, domain_id: &str) -> bool {
        self.role == Role::Auditor || self.may_manage(domain_id)
    }

    /// The answer to `Session.whoAmI`.
    pub fn details(&self) -> Value {
        json!({
            "id": self.user_id, "domainId": self.domain_id, "loginName": self.login_name,
            "fullName": self.login_name, "effectiveRole": fields::role(self.role.name()),
        })
    }
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::BuiltInAdmin => "BuiltInAdmin",
            Self::FullAdmin => "FullAdmin",
            Self::AccountAdmin => "AccountAdmin",
            Self::Auditor => "Auditor",
        }
    }

    fn of_user(user: &store::StoredUser) -> Option<Self> {
        match user.fields.get("role")?.get("userRole")?.as_str()? {
            "FullAdmin" => Some(Self::FullAdmin),
            "AccountAdmin" => Some(Self::AccountAdmin),
            "Auditor" => Some(Self::Auditor),
            _ => None,
        }
    }
}

struct Session {
    token: String,
    caller: Caller,
    last_used: Instant,
}

/// All sessions of the admin module, by cookie.
pub struct Sessions {
    by_cookie: HashMap<String, Session>,
    failures: HashMap<String, (u32, Instant)>,
    idle_timeout: Duration,
}

impl Sessions {
    /// No sessions yet.
    pub fn new(idle_timeout: Duration) -> Self {
        Self { by_cookie: HashMap::new(), failures: HashMap::new(), idle_timeout }
    }

    /// Logs in; returns the session cookie and the token.
    ///
    /// # Errors
    /// The same answer for a wrong name, a wrong password, missing rights and a lockout.
    pub fn log_in(
        &mut self,
        store: &Store,
        options: &Options,
        user_name: &str,
        password: &str,
    ) -> Result<(String, String), RpcError> {
        let key = user_name.to_lowercase();
        let caller = identify(store, options, user_name, password);
        let Some(caller) = caller.filter(|_| !self.is_locked(&key)) else {
            let failures = self.failures.entry(key).or_insert((0, Instant::now()));
            *failures = (failures.0 + 1, Instant::now());
            return Err(RpcError::bad_login());
        };
        self.failures.remove(&key);
        let (cookie, token) = (store::random_hex(32), store::random_hex(32));
        let session = Session { token: token.clone(), caller, last_used: Instant::now() };
        self.by_cookie.insert(cookie.clone(), session);
        Ok((cookie, token))
    }

    /// Who is calling; touches the session.
    ///
    /// # Errors
    /// `-32001` unless cookie and token are of one live session.
    pub fn caller(&mut self, cookie: &str, token: &str) -> Result<Caller, RpcError> {
        let idle = self.idle_timeout;
        self.by_cookie.retain(|_, session| session.last_used.elapsed() < idle);
        let session = self.by_cookie.get_mut(cookie);
        let session = session.filter(|session| session.token == token);
        let session = session.ok_or_else(RpcError::not_logged_in)?;
        session.last_used = Instant::now();
        Ok(session.caller.clone())
    }

    /// Ends one session.
    pub fn log_out(&mut self, cookie: &str) {
        self.by_cookie.remove(cookie);
    }

    /// Ends all sessions; returns how many there were.
    pub fn expire_all(&mut self) -> usize {
        self.by_cookie.drain().count()
    }

    /// How many sessions are open.
    pub fn open(&self) -> usize {
        self.by_cookie.len()
    }

    fn is_locked(&self, key: &str) -> bool {
        self.failures
            .get(key)
            .is_some_and(|(failures, last)| *failures >= FAILURES_TO_LOCK && last.elapsed() < LOCKED_FOR)
    }
}

fn identify(store: &Store, options: &Options, user_name: &str, password: &str) -> Option<Caller> {
    if user_name == options.admin_user {
        return (password == options.admin_password).then(|| Caller {
            user_id: String::new(),
            domain_id: String::new(),
            login_name: user_name.to_owned(),
            role: Role::BuiltInAdmin,
        });
    }
    let user = store.user_by_login(user_name)?;
    let role = Role::of_user(user)?;
    (user.is_enabled() && user.has_password(password)).then(|| Caller {
        user_id: user.text("id").to_owned(),
        domain_id: user.text("domainId").to_owned(),
        login_name: user.text("loginName").to_owned(),
        role,
    })
}
