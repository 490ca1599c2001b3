//! Links that log a client in, signed by another site: Clientexec's format for sites that already speak
//! it, and our own, which is stronger. Neither ever logs staff in.

mod clientexec;
mod goto;
mod redeem;
mod signed;
mod sites;
#[cfg(test)]
mod tests;

pub use clientexec::{
    ClientexecLink, ClientexecStatus, check as check_clientexec, configure as configure_clientexec,
    redeem as redeem_clientexec, status as clientexec_status,
};
pub use innkeeper_db::autologin::SiteRow;
pub use redeem::Arrival;
pub use signed::{PATH, SignedLink, check as check_signed, create_link, redeem as redeem_signed};
pub use sites::{CreatedSite, create as create_site, disable as disable_site, list as sites};
