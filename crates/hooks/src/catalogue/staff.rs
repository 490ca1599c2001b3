//! Staff at the panel.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::hooks;

hooks! {
    STAFF = "Staff";

    /// A member of staff logged in to the panel.
    event StaffLoggedIn = "AdminLogin", about "staff" staff_id {
        /// Who.
        staff_id: StaffId = StaffId(1),
        /// Their address.
        email: String = "grace@example.com".into(),
    }
    /// A member of staff logged out of the panel.
    event StaffLoggedOut = "AdminLogout", about "staff" staff_id {
        /// Who.
        staff_id: StaffId = StaffId(1),
    }
    /// A member of staff posted a status for the team.
    event StaffStatusPosted = "Account-StatusUpdate", about "staff" staff_id, pending "staff have no board for such notes yet" {
        /// Who.
        staff_id: StaffId = StaffId(1),
        /// The text.
        status: String = "Out for lunch".into(),
    }
    /// A client answered a ticket.
    event TicketReplied = "Ticket-ReplyByCustomer", about "ticket" ticket_id, pending "there are no tickets yet" {
        /// The ticket.
        ticket_id: i64 = 77,
        /// Who answered.
        user_id: UserId = UserId(21),
        /// Whose ticket it is.
        client_id: ClientId = ClientId(17),
        /// The answer.
        message: String = "It works again, thank you.".into(),
    }
}
