//! The functions of the Kerio module for single mailboxes.

use super::{
    Answer::{Here, Left, Open},
    Row, Seed,
};

const fn row(says: &'static str, answer: super::Answer) -> Row {
    Row { says, answer }
}

pub(super) const SEED: Seed = Seed {
    name: "Kerio mail module (one mailbox for each service)",
    rows: &[
        row(
            "A helper looks for a key in nested data.",
            Left("answers are read into types; nothing is searched for by name."),
        ),
        row(
            "Passwords are checked on the server, too, in case the browser's check was switched off.",
            Here(
                "Before the order, and by the mail domain's own rule before anything is sent.",
                &[
                    "passwords_follow_the_rule_of_the_server",
                    "the_domains_own_password_length_is_checked_before_anything_is_made",
                ],
            ),
        ),
        row(
            "The module describes itself and its abilities.",
            Here("`Manifest`, and the abilities that the kit compares.", &["conforms"]),
        ),
        row(
            "Staff test the connection with the parameters of a server.",
            Here(
                "*Test* on the server's page; it names product, version and role.",
                &["conforms", "an_administrator_without_the_right_role_is_told_so"],
            ),
        ),
        row(
            "The client's page of the service replaces the overview: quota, use, last login, addresses, settings for programs.",
            Here(
                "The panel *Mailbox* beside what every service shows (price, due date), which a replacement would have to repeat.",
                &["clients_see_their_mailbox_and_staff_choose_what_the_server_has"],
            ),
        ),
        row(
            "Use is read once a day for a whole server, and by hand.",
            Here(
                "Every six hours, all mailboxes of a server at once, units converted.",
                &["a_switched_off_limit_is_unlimited_and_units_are_converted", "conforms"],
            ),
        ),
        row(
            "The password is changed by the client (of an active service) or by staff.",
            Here("On the service's page in portal and panel.", &["conforms", "a_new_password_is_set_and_never_shown"]),
        ),
        row(
            "A mailbox is made when an order is placed, when it is paid, or when staff say so.",
            Here(
                "*Set-up* of the product; once, however many answers are lost.",
                &["each_mailbox_is_made_and_removed_once_however_many_answers_are_lost", "conforms"],
            ),
        ),
        row(
            "A mailbox is locked for overdue payment or by staff.",
            Here(
                "Suspension: mail stays, nobody logs in.",
                &["conforms", "a_service_is_suspended_with_a_reason_and_comes_back"],
            ),
        ),
        row("It is unlocked when the invoice is paid or by staff.", Here("The same way back.", &["conforms"])),
        row(
            "A mailbox is removed for overdue payment or by staff.",
            Here(
                "With or without its mail, as the product says.",
                &["mail_survives_its_service_only_if_the_product_says_so"],
            ),
        ),
        row(
            "Another class of service: upgrades and downgrades of product and options.",
            Here(
                "Changes of plan, and space sold as an option.",
                &["another_plan_has_its_limits_and_mail_that_does_not_fit_stays"],
            ),
        ),
        row(
            "The product's options are gathered from the server (classes of service).",
            Here(
                "Domains and templates are offered in the product's settings.",
                &["clients_see_their_mailbox_and_staff_choose_what_the_server_has"],
            ),
        ),
        row(
            "The custom fields of the order form are made from these options.",
            Here(
                "The plugin asks for mailbox name, names and password; classes and sizes are products and options.",
                &["there_is_one_field_for_each_role", "the_quota_comes_from_the_product_else_from_the_template"],
            ),
        ),
        row(
            "A single sign-on leads to an address.",
            Here(
                "*Open webmail*. The server has no links that log somebody in, so that it asks for the password.",
                &["conforms"],
            ),
        ),
        row(
            "Downgrades are prevented by rewriting the fields of the order form.",
            Here(
                "A mailbox becomes no smaller than its mail, nor than what was bought on top.",
                &["another_plan_has_its_limits_and_mail_that_does_not_fit_stays"],
            ),
        ),
        row(
            "Further addresses of a mailbox are managed by the client.",
            Open("they are shown, and changed by staff on the server."),
        ),
    ],
};
