//! Who asks, and what they may do.

use innkeeper_domain::{ClientId, Permission, StaffId, UserId};
use std::collections::BTreeSet;

use crate::{AppError, Result};

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A member of staff.
    Staff(StaffId),
    /// A login (or a token) of a client, acting for that client.
    Client {
        /// The client acted for.
        client_id: ClientId,
        /// The login; none for API tokens.
        user_id: Option<UserId>,
    },
    /// Nobody logged in.
    Visitor,
    /// A job or a command; its name.
    System(&'static str),
}

/// Who asks, from where, with which permissions.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who it is.
    pub identity: Identity,
    /// Name shown in the audit log.
    pub name: String,
    /// What they may do. Those of a client count for that client's own things only.
    pub permissions: BTreeSet<Permission>,
    /// Network address; empty for jobs.
    pub ip: String,
    /// Joins the traces of one request.
    pub request_id: String,
}

/// What a client may do with its own things.
pub const CLIENT_PERMISSIONS: [Permission; 8] = [
    Permission::ClientsRead,
    Permission::ClientsWrite,
    Permission::OrdersRead,
    Permission::OrdersWrite,
    Permission::ServicesRead,
    Permission::ServicesWrite,
    Permission::InvoicesRead,
    Permission::CatalogueRead,
];

impl Actor {
    /// The program itself, for a job or command called `name`. May do everything.
    pub fn system(name: &'static str) -> Self {
        Self {
            identity: Identity::System(name),
            name: format!("system:{name}"),
            permissions: Permission::ALL.iter().copied().collect(),
            ip: String::new(),
            request_id: String::new(),
        }
    }
    /// Somebody who is not logged in.
    pub fn visitor(ip: String, request_id: String) -> Self {
        Self { identity: Identity::Visitor, name: "visitor".into(), permissions: BTreeSet::new(), ip, request_id }
    }

    /// For staff and the system: fails unless they have `permission`. Clients are refused.
    pub fn require(&self, permission: Permission) -> Result<()> {
        let staff = matches!(self.identity, Identity::Staff(_) | Identity::System(_));
        if staff && self.permissions.contains(&permission) { Ok(()) } else { Err(AppError::Forbidden) }
    }
    /// For things that clients own: `None` if the actor may touch everybody's, else the one client
    /// whose things it may touch. Goes into the query, so that foreign ids look like missing ones.
    pub fn owner(&self, permission: Permission) -> Result<Option<ClientId>> {
        if !self.permissions.contains(&permission) {
            return Err(AppError::Forbidden);
        }
        match self.identity {
            Identity::Staff(_) | Identity::System(_) => Ok(None),
            Identity::Client { client_id, .. } => Ok(Some(client_id)),
            Identity::Visitor => Err(AppError::Forbidden),
        }
    }
    /// Staff or the program, who may see the texts meant for staff?
    pub fn is_staff(&self) -> bool {
        matches!(self.identity, Identity::Staff(_) | Identity::System(_))
    }
    /// The client acted for, if it is a client.
    pub fn client_id(&self) -> Option<ClientId> {
        match self.identity {
            Identity::Client { client_id, .. } => Some(client_id),
            _ => None,
        }
    }
    /// `staff:3`, `client:17`, `system:job` …: as stored with events and audit rows.
    pub fn tag(&self) -> String {
        match &self.identity {
            Identity::Staff(id) => format!("staff:{id}"),
            Identity::Client { client_id, user_id: Some(user) } => format!("client:{client_id}/user:{user}"),
            Identity::Client { client_id, user_id: None } => format!("client:{client_id}"),
            Identity::Visitor => "visitor".into(),
            Identity::System(name) => format!("system:{name}"),
        }
    }
}
