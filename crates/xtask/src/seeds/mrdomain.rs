//! The manual of MrDomain's registrar plugin for Clientexec.

use super::{
    Answer::{Here, Left, Open},
    Row, Seed,
};

const fn row(says: &'static str, answer: super::Answer) -> Row {
    Row { says, answer }
}

pub(super) const SEED: Seed = Seed {
    name: "MrDomain (DonDominio) registrar plugin for Clientexec",
    rows: &[
        row(
            "Domains are registered, transferred and renewed over the vendor's API.",
            Here(
                "`registrar-dondominio`",
                &["keeps_the_rules_of_registrars", "comes_with_everything_that_was_ordered"],
            ),
        ),
        row(
            "Name servers and contacts of a domain are managed.",
            Here(
                "The domain's page in panel and portal.",
                &[
                    "name_servers_are_two_to_seven_or_the_registrars_own",
                    "only_the_contacts_that_differ_are_replaced",
                    "contacts_start_with_what_the_registrar_has",
                ],
            ),
        ),
        row(
            "An API account with user and password is needed.",
            Here("*Plugins → DonDominio → Settings*; wrong ones are told as such.", &["keeps_the_rules_of_registrars"]),
        ),
        row(
            "The plugin is installed by copying a folder.",
            Left(
                "it is compiled in: nothing has to be copied, and nothing is loaded that was not built with the program.",
            ),
        ),
        row(
            "Four contact ids replace what clients give, each with a box that lets clients change that contact later.",
            Here(
                "Overrides in the settings.",
                &["takes_the_overrides_of_the_settings", "an_overridden_contact_is_the_hosts"],
            ),
        ),
        row(
            "Each extension is a product, with the registrar that it uses.",
            Here("*Products → Extensions*: registrar, years, prices.", &["what_the_catalogue_says_fires_does_fire"]),
        ),
        row(
            "A welcome mail may follow an order of a domain.",
            Here(
                "The mail *Domain active*, which can be switched off or written anew.",
                &["what_the_catalogue_says_fires_does_fire"],
            ),
        ),
        row(
            "Extensions with extra fields: staff make each field by hand, under an exact name, and group extensions by them.",
            Here(
                "The plugin says what each of 36 extensions asks; clients are asked before they order. Nothing has to be set up.",
                &[
                    "what_an_extension_asks_is_what_the_vendor_gets",
                    "each_field_is_refused_with_a_message_of_its_own_when_it_is_wrong",
                    "what_the_registry_asks_is_asked_before_it_is_ordered",
                ],
            ),
        ),
        row(
            "The fields of `.aero`, `.jobs`, `.ltda`, `.ru`, `.xxx`, and those of intended use and contact information.",
            Here(
                "By their names at the vendor, or by the labels of the manual.",
                &["each_field_is_sent_under_the_vendors_name", "the_labels_of_older_systems_mean_the_same"],
            ),
        ),
        row(
            "All of them are required, but name, e-mail address and id of `.xxx`.",
            Here(
                "What the vendor's newer plugins still require is required; an id of `.xxx` is, for members.",
                &["what_is_missing_is_refused_before_anything_is_sent", "an_id_of_a_member_is_for_members"],
            ),
        ),
        row(
            "The client's VAT number is needed.",
            Here(
                "The tax number of the client; an order without one is refused first.",
                &["asks_for_the_tax_number_before_anything_is_sent"],
            ),
        ),
        row(
            "The client's date of birth is kept with the client.",
            Left("it is asked with the domain whose registry wants it, and kept with that domain only."),
        ),
        row(
            "What failed by itself can be repeated by hand from the domain's page.",
            Here("*Operations*: retry, settle or give up.", &["what_was_refused_waits_for_a_decision"]),
        ),
        row(
            "The importer lists the domains of the account that are not here, and imports those that are chosen.",
            Here(
                "*Registrar account → Domains*, a page of the list at a time; a domain becomes a client's once.",
                &[
                    "the_account_is_listed_in_parts_with_what_each_domain_is",
                    "staff_see_the_account_and_take_domains_over_once",
                ],
            ),
        ),
        row(
            "Any number of domains is chosen and imported at once.",
            Open(
                "an import of thousands that finds or makes the clients, with progress, that can be stopped, gone on with and undone.",
            ),
        ),
    ],
};
