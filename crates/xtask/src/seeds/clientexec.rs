//! The contents of Clientexec's developer documentation.

use super::{
    Answer::{Here, Left, Open},
    Row, Seed,
};

const fn row(says: &'static str, answer: super::Answer) -> Row {
    Row { says, answer }
}

pub(super) const SEED: Seed = Seed {
    name: "Clientexec's developer documentation",
    rows: &[
        row(
            "Server plugins provision services; a sample is the starting point.",
            Here(
                "`innkeeper plugin new server NAME` makes one that passes its kit; [plugins.md](plugins.md).",
                &["a_new_plugin_of_each_kind_passes_its_kit_without_a_warning"],
            ),
        ),
        row(
            "Names of plugins are small letters and digits; file and class follow from the folder.",
            Here(
                "The same rule, checked when a plugin is made.",
                &["a_wrong_place_name_or_kind_is_named_and_a_dry_run_changes_nothing"],
            ),
        ),
        row(
            "Registrar plugins register, renew and manage domains; a sample is the starting point.",
            Here(
                "`innkeeper plugin new registrar NAME`.",
                &["a_new_plugin_of_each_kind_passes_its_kit_without_a_warning"],
            ),
        ),
        row(
            "Snapins add pages and actions, and listen to events.",
            Here(
                "`SnapinPlugin`: pages in panel and portal, actions, hooks.",
                &["a_snapin_is_reached_from_every_place_it_names"],
            ),
        ),
        row(
            "Snapins are managed in the settings.",
            Here("*Plugins* in the panel: on, off, settings.", &["what_the_catalogue_says_fires_does_fire"]),
        ),
        row(
            "A list of events: system, clients, accounts, invoices and more.",
            Here(
                "Each has its equal in [hooks.md](hooks.md), or a reason why not.",
                &["every_foreign_name_is_mapped_exactly_once", "what_the_catalogue_says_fires_does_fire"],
            ),
        ),
        row(
            "Links that log a user in from one's own code: an application key, and a switch.",
            Here(
                "[autologin.md](autologin.md): the same links, and safer ones.",
                &[
                    "the_hash_is_the_documented_one",
                    "clientexec_links_are_off_until_switched_on",
                    "clientexecs_links_need_a_key_first",
                ],
            ),
        ),
        row(
            "A hook is used by making a snapin.",
            Here(
                "The walk-through in [plugins.md](plugins.md).",
                &["a_new_plugin_of_each_kind_passes_its_kit_without_a_warning"],
            ),
        ),
        row(
            "A log with levels for whoever develops, switched on in a file.",
            Here(
                "`log` in the configuration and, while it runs, in the panel; the calls of plugins are kept besides, secrets masked.",
                &["what_staff_set_comes_after_what_is_configured"],
            ),
        ),
        row(
            "It does not run on localhost without a licence for developers.",
            Here("It runs anywhere: `innkeeper demo`.", &["starts_fills_once_and_survives_a_kill"]),
        ),
        row("Features are proposed in a forum.", Left("that is no part of a program.")),
        row(
            "There is documentation of an API.",
            Here("OpenAPI, at `/api/v1/openapi.json`.", &["the_document_on_file_is_that_of_the_code"]),
        ),
        row(
            "Cycles were months of products and years of domains, and are ids now: custom code has to be changed.",
            Here(
                "Ids of the usual cycles are their months; `GET /cycles/from-clientexec` tells which cycle an old value means.",
                &["old_values_of_custom_code_mean_the_same_cycle_for_products_and_domains"],
            ),
        ),
        row(
            "Who arrives from there finds what is where.",
            Open("tables for authors of plugins are in plugins.md; there is no page for hosts yet."),
        ),
    ],
};
