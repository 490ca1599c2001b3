//! Contacts that the registry keeps, each under an id of its own.

use innkeeper_plugin_api::{
    Contact, Contacts, DomainRef, Outcome, PluginCtx, PluginError, PluginResult, async_trait,
    registrar::{ContactHandles, ContactRole, Handles},
};

use super::{Held, Registry, World};

impl World {
    /// The id of a contact: of one just like it, or a new one.
    pub(super) fn file(&mut self, contact: &Contact) -> String {
        if let Some((id, _)) = self.people.iter().find(|(_, known)| *known == contact) {
            return id.clone();
        }
        let id = format!("EX-{}", self.people.len() + 1);
        self.people.insert(id.clone(), contact.clone());
        id
    }
    /// The ids of the contacts of a domain.
    pub(super) fn file_all(&mut self, contacts: &Contacts) -> Handles {
        let all = ContactRole::ALL.into_iter().filter_map(|role| Some((role, contacts.of(role)?)));
        all.map(|(role, contact)| (role, self.file(contact))).collect()
    }
}

#[async_trait]
impl ContactHandles for Registry {
    async fn handles(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Handles, PluginError> {
        self.vendor
            .with(ctx, |world| {
                let contacts = world.held(domain)?.contacts.clone();
                Ok(world.file_all(&contacts))
            })
            .await
    }
    async fn use_handles(&self, ctx: &PluginCtx, domain: &DomainRef, handles: &Handles) -> PluginResult<()> {
        self.vendor
            .with(ctx, |world| {
                let mut people = vec![];
                for (role, id) in handles {
                    let known = world.people.get(id).cloned();
                    let missing =
                        || PluginError::invalid(format!("no contact {id}")).public("There is no such contact.");
                    people.push((*role, known.ok_or_else(missing)?));
                }
                let held: &mut Held = world.held(domain)?;
                for (role, contact) in people {
                    held.contacts.put(role, contact);
                }
                Ok(())
            })
            .await?;
        Ok(Outcome::Done(()))
    }
}
