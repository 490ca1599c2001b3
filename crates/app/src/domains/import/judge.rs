//! Whose a domain becomes.

use innkeeper_db::domain_imports::{self as db, Candidate, DomainImport, ImportedDomain, Verdict};
use innkeeper_domain::{
    ClientId, ImportedDomainId,
    state::{DomainImportState, ImportedState},
};
use innkeeper_plugin_api::Contact;

use super::ended;
use crate::{AppError, Checks, Result, Tx, clients::Details};

/// Domains that are judged in one transaction.
const BATCH: i64 = 500;

/// What the owner of a domain is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A client, and by what it was recognised.
    Known(ClientId, &'static str),
    /// Nobody yet; a client that was closed when an import was undone is opened again.
    New(Box<Details>, Option<ClientId>),
    /// It cannot be said, or not done: why.
    Nobody(String),
}

/// Judges some domains; at the end staff are to look at it.
pub(super) async fn some(tx: &mut Tx<'_>, import: &DomainImport) -> Result<bool> {
    let rows = db::take(tx.conn(), import.id, &[ImportedState::Found], BATCH).await?;
    if rows.is_empty() {
        return ended(tx, import.id, DomainImportState::Ready).await;
    }
    let owners = owners(tx, import, &rows).await?;
    let verdicts: Vec<Verdict> = rows.iter().zip(owners).map(|(row, owner)| verdict(row.id, owner)).collect();
    db::settle(tx.conn(), &verdicts).await?;
    Ok(true)
}

pub(super) fn verdict(id: ImportedDomainId, owner: Owner) -> Verdict {
    let (state, reason, client) = match owner {
        Owner::Known(client, by) => (ImportedState::Match, by.to_owned(), Some(client)),
        Owner::New(..) => (ImportedState::New, String::new(), None),
        Owner::Nobody(why) => (ImportedState::Skipped, why, None),
    };
    Verdict { id, state, reason, client }
}

/// What the owners of these domains are here, in their order.
pub(super) async fn owners(tx: &mut Tx<'_>, import: &DomainImport, rows: &[ImportedDomain]) -> Result<Vec<Owner>> {
    let ids: Vec<ImportedDomainId> = rows.iter().map(|row| row.id).collect();
    let sold = db::sold_in(tx.conn(), &ids).await?;
    let candidates = db::candidates(tx.conn(), &ids).await?;
    let judged = rows.iter().map(|row| {
        let contact: Contact = row.owner.clone().map(serde_json::from_value).transpose()?.unwrap_or_default();
        let sold: Vec<&str> =
            sold.iter().filter(|(id, _)| *id == row.id).map(|(_, currency)| currency.as_str()).collect();
        let candidates: Vec<&Candidate> = candidates.iter().filter(|one| one.row_id == row.id).collect();
        Ok(judge(&contact, &candidates, &sold, &import.currency))
    });
    judged.collect()
}

/// Whose a domain with this owner becomes, if its extension is sold in the currencies `sold`.
fn judge(contact: &Contact, candidates: &[&Candidate], sold: &[&str], currency: &str) -> Owner {
    let by = |by: &str| candidates.iter().filter(|one| one.by == by).collect::<Vec<_>>();
    let ways =
        [("email", "same e-mail address"), ("login", "a login with this address"), ("number", "same tax number")];
    for (way, words) in ways {
        return match by(way)[..] {
            [] => continue,
            [one] if sold.contains(&one.currency.as_str()) => Owner::Known(one.client_id, words),
            [one] => unsold(&one.currency),
            _ => Owner::Nobody(format!("several clients: {words}")),
        };
    }
    if !sold.contains(&currency) {
        return unsold(currency);
    }
    let details = details(contact);
    let mut checks = Checks::default();
    details.checked(&mut checks);
    match checks.finish() {
        Ok(()) => Owner::New(Box::new(details), by("again").first().map(|one| one.client_id)),
        Err(error) => Owner::Nobody(why(&error)),
    }
}

fn unsold(currency: &str) -> Owner {
    Owner::Nobody(format!("its extension is not sold through this registrar in {currency}"))
}

/// Why a client cannot be created, in words.
pub(super) fn why(error: &AppError) -> String {
    match error {
        AppError::Invalid(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|f| format!("{} {}", f.field.replace('_', " "), f.message)).collect();
            format!("no client can be made of its owner: {}", fields.join("; "))
        }
        other => other.to_string(),
    }
}

/// A client's details, as far as an owner tells them. A phone number that is none is left out.
fn details(contact: &Contact) -> Details {
    let (first_name, last_name) = match (contact.first_name.trim(), contact.last_name.trim()) {
        (whole, "") | ("", whole) => whole.rsplit_once(' ').unwrap_or((whole, "")),
        both => both,
    };
    let (address1, address2) = contact.address.split_once('\n').unwrap_or((&contact.address, ""));
    let phone = innkeeper_plugin_api::Phone::read(&contact.phone, &contact.country);
    Details {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        company: contact.company.clone(),
        email: contact.email.clone(),
        phone: phone.map(String::from).unwrap_or_default(),
        address1: address1.to_owned(),
        address2: address2.replace('\n', ", "),
        city: contact.city.clone(),
        region: contact.state.clone(),
        postcode: contact.postcode.clone(),
        country: contact.country.clone(),
        tax_number: contact.id_number.clone(),
        language: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact() -> Contact {
        Contact {
            first_name: "Grace".into(),
            last_name: "Hopper".into(),
            email: "grace@navy.example".into(),
            phone: "+1.2025550123".into(),
            address: "Pier 1\nHut 2".into(),
            city: "Arlington".into(),
            postcode: "22201".into(),
            country: "US".into(),
            ..Contact::default()
        }
    }

    fn candidate(client: i64, by: &str, currency: &str) -> Candidate {
        Candidate { row_id: 1.into(), client_id: client.into(), currency: currency.into(), by: by.into() }
    }

    fn judged(candidates: &[Candidate], sold: &[&str]) -> Owner {
        judge(&contact(), &candidates.iter().collect::<Vec<_>>(), sold, "EUR")
    }

    #[test]
    fn the_address_counts_before_the_login_and_the_login_before_the_number() {
        let all = [candidate(3, "number", "EUR"), candidate(2, "login", "EUR"), candidate(1, "email", "EUR")];
        assert_eq!(judged(&all, &["EUR"]), Owner::Known(1.into(), "same e-mail address"));
        assert_eq!(judged(&all[..2], &["EUR"]), Owner::Known(2.into(), "a login with this address"));
        assert_eq!(judged(&all[..1], &["EUR"]), Owner::Known(3.into(), "same tax number"));
    }

    #[test]
    fn of_several_clients_none_is_taken_and_none_is_made_beside_them() {
        let two = [candidate(1, "email", "EUR"), candidate(2, "email", "EUR"), candidate(3, "number", "EUR")];
        assert_eq!(judged(&two, &["EUR"]), Owner::Nobody("several clients: same e-mail address".into()));
    }

    #[test]
    fn what_is_not_sold_in_the_clients_currency_is_left_alone() {
        let dollars = [candidate(1, "email", "USD")];
        assert!(matches!(judged(&dollars, &["EUR"]), Owner::Nobody(why) if why.ends_with("in USD")));
        assert!(matches!(judged(&[], &["USD"]), Owner::Nobody(why) if why.ends_with("in EUR")));
        assert_eq!(judged(&dollars, &["USD"]), Owner::Known(1.into(), "same e-mail address"));
    }

    #[test]
    fn an_owner_becomes_a_client_with_both_lines_of_the_address() {
        let Owner::New(details, None) = judged(&[], &["EUR"]) else { panic!("not new") };
        assert_eq!((details.address1.as_str(), details.address2.as_str()), ("Pier 1", "Hut 2"));
        assert_eq!(details.phone, "+1.2025550123");
        let Owner::New(_, again) = judged(&[candidate(7, "again", "EUR")], &["EUR"]) else { panic!("not new") };
        assert_eq!(again, Some(7.into()));
    }

    #[test]
    fn an_owner_without_an_address_or_a_country_is_told_and_a_bad_phone_number_is_not_kept() {
        let nobody = Contact { email: String::new(), country: "Spain".into(), ..contact() };
        let Owner::Nobody(why) = judge(&nobody, &[], &["EUR"], "EUR") else { panic!("taken") };
        assert!(why.contains("email") && why.contains("country"), "{why}");
        assert_eq!(details(&Contact { phone: "call me".into(), ..contact() }).phone, "");
    }

    #[test]
    fn a_name_in_one_field_is_two() {
        let one = details(&Contact { first_name: "Ada King Lovelace".into(), last_name: String::new(), ..contact() });
        assert_eq!((one.first_name.as_str(), one.last_name.as_str()), ("Ada King", "Lovelace"));
    }
}
