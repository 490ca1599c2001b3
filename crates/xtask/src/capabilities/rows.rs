//! The rows.

use super::Row;

const fn row(
    what: &'static str,
    items: &'static [&'static str],
    uses: &'static str,
    tests: &'static [&'static str],
) -> Row {
    Row { what, items, uses, tests }
}

/// The parts of the table.
pub(super) const PARTS: &[(&str, &[Row])] =
    &[("All kinds", SHARED), ("Servers", SERVER), ("Registrars", REGISTRAR), ("Snapins, gateways and others", OTHERS)];

const SHARED: &[Row] = &[
    row(
        "Identity, name, links, declared abilities",
        &["Manifest", "Plugin::abilities"],
        "Manifest {",
        &["every_folder_of_plugins_is_registered"],
    ),
    row(
        "Pictures of the plugin at work",
        &["Picture", "Plugin::with_picture"],
        ".with_picture(",
        &["a_plugin_shows_pictures_that_cannot_run", "only_what_cannot_run_is_a_picture"],
    ),
    row(
        "Typed settings of every kind of field, with defaults, help and secrets",
        &["Schemas::of"],
        "Schemas::of::<",
        &["every_field_is_drawn_and_no_secret_is_sent"],
    ),
    row(
        "Choices that only the vendor knows, which may fail",
        &["Choices::choices"],
        "impl Choices for",
        &["settings_offer_what_only_the_vendor_knows"],
    ),
    row(
        "Several choices at once, in settings and in questions",
        &["FieldKind::Several", "Choices::choices"],
        "pub networks: Vec<String>",
        &[
            "several_of_the_vendors_choices_are_ticked_and_read_back",
            "several_answers_are_read_and_ticked_again",
            "settings_offer_what_only_the_vendor_knows",
        ],
    ),
    row(
        "Questions in the language of who looks",
        &["Field::translated", "Field::in_language", "FieldTexts"],
        ".translated(",
        &["questions_are_asked_in_the_language_of_who_looks", "the_registry_asks_in_the_language_of_who_looks"],
    ),
    row(
        "A setting shown only with a certain other one",
        &["Schemas"],
        "x-when",
        &["settings_offer_what_only_the_vendor_knows"],
    ),
    row(
        "Settings of the plugin, of a server, of a product",
        &["Level::Plugin", "Level::Instance", "Level::Product"],
        "Level::Product",
        &["settings_offer_what_only_the_vendor_knows"],
    ),
    row(
        "Secrets that are neither logged nor shown",
        &["Secret"],
        "Secret",
        &["secrets_are_sealed_kept_opened_and_masked_at_any_depth"],
    ),
    row(
        "Errors by what happens next, with a text for the client and one for staff",
        &[
            "ErrorKind::Declined",
            "ErrorKind::Invalid",
            "ErrorKind::Config",
            "ErrorKind::Temporary",
            "ErrorKind::Unknown",
            "ErrorKind::NotFound",
            "ErrorKind::Unsupported",
            "PluginError::public",
            "PluginError::retry_after",
        ],
        "PluginError::declined(",
        &["an_action_that_is_refused_changes_nothing"],
    ),
    row(
        "Done, being worked on, or waiting for a person",
        &["Outcome::Done", "Outcome::Pending", "Outcome::NeedsHuman"],
        "Outcome::NeedsHuman",
        &["a_machine_that_is_built_for_a_while_shows_how_far_it_is", "what_a_person_has_to_do_waits_as_a_to_do"],
    ),
    row(
        "Pending operations asked again; one of a kind at a time for each thing",
        &["Account", "DomainRef"],
        "Outcome::Pending",
        &["a_transfer_is_followed_and_started_anew", "a_machine_that_is_built_for_a_while_shows_how_far_it_is"],
    ),
    row(
        "Time-outs, background work, retries, an idempotency key",
        &["PluginCtx", "Protection::ProviderKey"],
        "idempotency_key",
        &["an_action_whose_outcome_nobody_can_see_waits_for_a_person"],
    ),
    row(
        "The host's services: HTTP, to-dos for staff, texts in other languages, logs",
        &["Http", "Host::notify_staff", "FieldTexts"],
        ".translated(",
        &["a_condition_decides_whether_an_answer_is_needed"],
    ),
    row(
        "Telephone numbers by country; countries",
        &["Phone::read", "Phone::e164", "Country::all", "Country::calling_code"],
        "Phone::read(",
        &["every_usual_spelling", "every_country_is_there_once"],
    ),
    row(
        "A store for each plugin, service, domain and client",
        &["Store::put", "PluginCtx::store_of"],
        "ctx.store",
        &["the_answers_reach_the_registrar"],
    ),
    row(
        "Actions with label, audience, fields and confirmation",
        &["Action", "Audience::Client", "Report"],
        "fn actions(&self) -> Vec<Action>",
        &["a_client_runs_an_action_and_sees_what_came_of_it"],
    ),
];

const SERVER: &[Row] = &[
    row(
        "Create, suspend, unsuspend, terminate",
        &["ServerPlugin::create", "ServerPlugin::suspend", "ServerPlugin::unsuspend", "ServerPlugin::terminate"],
        "impl ServerPlugin for",
        &[
            "a_machine_gets_an_address_of_its_own_and_what_the_cloud_chose_is_kept",
            "an_address_is_free_again_when_its_service_has_ended",
        ],
    ),
    row(
        "Changes as a typed difference: name, password, domain, address, plan, reseller rights",
        &["ChangeAccount::change", "AccountChange", "ResellerChange::Remove"],
        "impl ChangeAccount for",
        &["staff_change_an_account", "quantities_and_addresses_are_changed_by_staff"],
    ),
    row(
        "Names and passwords judged by the vendor's rules, or mended",
        &["ValidateCredentials::validate", "Strictness::Normalise", "Strictness::Strict"],
        "impl ValidateCredentials for",
        &["names_are_mended_or_judged"],
    ),
    row(
        "State, and the actions that make sense now",
        &["ServerPlugin::status", "AccountActions::available"],
        "async fn available(",
        &["a_client_runs_an_action_and_sees_what_came_of_it"],
    ),
    row(
        "Connection tested",
        &["ServerPlugin::test_connection"],
        "async fn test_connection(",
        &["a_server_is_set_up_and_tried_and_its_key_is_never_shown"],
    ),
    row(
        "Actions of its own: reboot, rescue, rebuild, backup",
        &["AccountActions::run", "AccountActions::ran"],
        "impl AccountActions for",
        &["a_client_runs_an_action_and_sees_what_came_of_it"],
    ),
    row("What an action found, as data", &["Report"], "Report", &["a_client_runs_an_action_and_sees_what_came_of_it"]),
    row(
        "Links into the panel of client, reseller and server, minted on click",
        &["SignOn::link", "SignOn::is_for", "SignOnTarget::Account", "SignOnTarget::Reseller", "SignOnTarget::Server"],
        "impl SignOn for",
        &[
            "a_link_into_the_vendors_panel_is_minted_when_it_is_followed",
            "only_resellers_are_led_to_the_resellers_panel",
        ],
    ),
    row(
        "A console in the browser",
        &["WebConsole::console"],
        "impl WebConsole for",
        &["a_console_is_opened_for_its_owner"],
    ),
    row(
        "Resellers: rights and limits of the plan",
        &["ChangeAccount::reseller", "PlanChange"],
        "fn reseller(",
        &["reseller_rights_follow_the_plan"],
    ),
    row(
        "Quantities on top of the plan, with units",
        &["ServerPlugin::addons", "Addon", "Part::Addons"],
        "fn addons(&self)",
        &["quantities_and_addresses_are_changed_by_staff"],
    ),
    row(
        "An option by product, quantity or answer",
        &["Account::option"],
        ".option(",
        &["an_option_is_the_products_then_a_quantity_then_an_answer"],
    ),
    row(
        "The service that an add-on belongs to",
        &["Account::parent", "Parent"],
        ".parent.as_ref()",
        &["an_add_on_is_set_up_after_its_machine_and_knows_it"],
    ),
    row(
        "What a product is made of, as a schema",
        &["Schemas"],
        "product: Schemas::of::<",
        &["settings_offer_what_only_the_vendor_knows"],
    ),
    row(
        "Order-time questions by role, not by name",
        &[
            "ServerPlugin::order_fields",
            "Role::Hostname",
            "Role::OperatingSystem",
            "Role::Location",
            "Role::SshKey",
            "Role::UserData",
            "Role::Password",
        ],
        "Role::OperatingSystem",
        &["a_machine_gets_an_address_of_its_own_and_what_the_cloud_chose_is_kept"],
    ),
    row(
        "Ids, addresses, user name and password written back",
        &["Created"],
        "Created {",
        &["a_machine_gets_an_address_of_its_own_and_what_the_cloud_chose_is_kept"],
    ),
    row(
        "Addresses from the server's pool, or the shared one",
        &["AddressPool::need", "AddressChange::Dedicated", "AddressChange::Shared"],
        "impl AddressPool for",
        &["an_empty_pool_waits_for_staff_and_goes_on_once_it_has_addresses"],
    ),
    row(
        "The vendor's user shared by all accounts of a client",
        &["Customer", "Created"],
        "remote_user",
        &["a_machine_gets_an_address_of_its_own_and_what_the_cloud_chose_is_kept"],
    ),
    row(
        "Plans and accounts listed; accounts taken over",
        &["Inventory::plans", "Inventory::accounts", "Adoption::adopt"],
        "impl Inventory for",
        &["an_account_that_is_on_the_server_becomes_a_service_once"],
    ),
    row("Name servers of the server", &["Account"], "nameservers", &["a_machine_knows_the_name_servers_of_its_server"]),
    row(
        "Panels of its own for clients",
        &["ClientPanels::panels", "ClientPanels::draw"],
        "impl ClientPanels for",
        &["a_panel_is_drawn_and_what_it_says_is_text"],
    ),
    row(
        "Usage of all accounts at once",
        &["ReportUsage::usage", "UsageReport", "Metric"],
        "impl ReportUsage for",
        &["usage_of_all_accounts_is_told_at_once", "what_is_used_is_charged_by_the_month"],
    ),
    row(
        "The DNS zone of an account",
        &["AccountZone::zone", "AccountZone::change_zone"],
        "impl AccountZone for",
        &["the_zone_of_an_account_is_changed_by_its_client"],
    ),
];

const REGISTRAR: &[Row] = &[
    row(
        "Names checked in batches: free, taken, premium, unsupported, invalid, unreachable",
        &["Registrar::check", "Registrar::batch", "Availability"],
        "async fn check(",
        &["names_are_suggested_and_written_as_the_registry_writes_them"],
    ),
    row(
        "Names suggested",
        &["Suggest::suggest"],
        "impl Suggest for",
        &["names_are_suggested_and_written_as_the_registry_writes_them"],
    ),
    row(
        "Registration with contacts, name servers, attributes, privacy, services",
        &["Registrar::register", "Registration"],
        "async fn register(",
        &["the_answers_reach_the_registrar"],
    ),
    row(
        "Contacts by role, or by the registrar's id",
        &["Contacts", "Registrar::contacts", "Registrar::set_contacts", "ContactHandles::use_handles", "ContactRole"],
        "impl ContactHandles for",
        &["what_the_catalogue_says_fires_does_fire", "staff_put_contacts_on_record_into_roles_by_their_ids"],
    ),
    row(
        "Renewal from the current expiry",
        &["Registrar::renew", "Renewal"],
        "async fn renew(",
        &["what_the_catalogue_says_fires_does_fire"],
    ),
    row(
        "Transfers, how far they are, started anew",
        &["Registrar::transfer", "TransferProgress::step", "TransferProgress::restart"],
        "impl TransferProgress for",
        &["a_transfer_is_followed_and_started_anew"],
    ),
    row(
        "What the registrar knows, with real dates and states",
        &["Registrar::info", "DomainInfo", "RemoteDomainState"],
        "async fn info(",
        &["a_domain_is_given_back_and_restored"],
    ),
    row(
        "Name servers, also the registrar's own; hosts below the domain",
        &["Registrar::set_nameservers", "Glue::put_host", "Glue::remove_host"],
        "impl Glue for",
        &["records_hosts_and_keys_are_changed_by_their_owner"],
    ),
    row(
        "DNS records with priority and TTL, forwardings, as a difference",
        &["DomainZone::zone", "DomainZone::change_zone", "ZoneChange", "RecordType"],
        "impl DomainZone for",
        &["records_hosts_and_keys_are_changed_by_their_owner"],
    ),
    row(
        "Transfer lock, absolute",
        &["TransferLock::set_lock"],
        "impl TransferLock for",
        &["what_the_catalogue_says_fires_does_fire"],
    ),
    row(
        "Transfer code: shown, mailed, or for a while",
        &["AuthCode::auth_code", "AuthCodeAnswer"],
        "impl AuthCode for",
        &["what_the_catalogue_says_fires_does_fire"],
    ),
    row(
        "Privacy, renewal by the registrar",
        &["Privacy::set_privacy", "AutoRenew::set_auto_renew"],
        "impl AutoRenew for",
        &["privacy_is_the_clients_and_renewal_by_the_registrar_is_staffs"],
    ),
    row(
        "DNSSEC",
        &["Dnssec::keys", "Dnssec::set_keys"],
        "impl Dnssec for",
        &["records_hosts_and_keys_are_changed_by_their_owner"],
    ),
    row(
        "Deletion and restoration",
        &["Delete::delete", "Restore::restore"],
        "impl Restore for",
        &["a_domain_is_given_back_and_restored"],
    ),
    row(
        "Local contacts and other services with a domain",
        &["Registrar::services", "ExtraService"],
        "ExtraService {",
        &["the_answers_reach_the_registrar"],
    ),
    row(
        "The registrar's prices",
        &["PriceList::prices"],
        "impl PriceList for",
        &["staff_see_the_account_and_take_domains_over_once"],
    ),
    row(
        "Domains of the account, in parts, taken over",
        &["DomainInventory::domains", "Page"],
        "impl DomainInventory for",
        &["staff_see_the_account_and_take_domains_over_once"],
    ),
    row(
        "Attributes of each extension, with conditions and translations",
        &["Registrar::attributes", "Field::when", "Field::translated"],
        "fn attributes(",
        &["what_the_registry_asks_is_asked_before_it_is_ordered"],
    ),
    row(
        "Balance of the account",
        &["Balance::balance"],
        "impl Balance for",
        &["staff_see_the_account_and_take_domains_over_once"],
    ),
    row(
        "Transports: HTTPS with the vendor's certificate, JSON, forms, XML; frames over TLS (EPP) with ours",
        &["Http::send", "Http::wire", "Wire::exchange", "Identity", "Tls::Trust"],
        "ctx.http",
        &[
            "a_registry_is_greeted_over_tls_with_our_certificate",
            "a_registry_that_refuses_or_falls_silent_is_told_apart",
        ],
    ),
    row(
        "Names as the registry writes them",
        &["Registrar::canonical"],
        "fn canonical(",
        &["names_are_suggested_and_written_as_the_registry_writes_them"],
    ),
    row(
        "Actions of its own",
        &["DomainActions::run"],
        "impl DomainActions for",
        &["an_action_of_the_registrar_runs_and_its_secret_is_shown_to_who_ran_it"],
    ),
];

const OTHERS: &[Row] = &[
    row(
        "Events with typed payloads, delivered after commit, at least once and in order",
        &["Snapin::subscribers", "Snapin::on_event", "EventEnvelope"],
        "async fn on_event(",
        &["what_the_catalogue_says_fires_does_fire"],
    ),
    row(
        "Gates that may refuse, adjust or skip",
        &["GateKeeper::gates", "GateKeeper::ask", "Verdict"],
        "impl GateKeeper for",
        &["every_way_to_abort_is_understood", "what_the_catalogue_says_fires_does_fire"],
    ),
    row(
        "Delivery in the background, tried again",
        &["Snapin::on_event"],
        "async fn on_event(",
        &["kills_during_delivery_lose_no_event_and_keep_the_order"],
    ),
    row(
        "Menu entries, tabs, tiles, banners, head and foot",
        &["Pages::pages", "Place", "ProductFilter", "SlotFiller::fill"],
        "impl Pages for",
        &["a_snapin_is_reached_from_every_place_it_names", "what_a_snapin_says_is_text_wherever_it_stands"],
    ),
    row(
        "Tabs by the type of product: group, plugin, kind of plugin, by hand, registrar",
        &["ProductFilter::InGroup", "ProductFilter::ServicesOf", "ProductFilter::OfKind", "ProductFilter::ByHand"],
        "ProductFilter::",
        &["a_filter_says_on_which_products", "a_tab_is_on_the_products_of_its_group_alone"],
    ),
    row(
        "A permission for each page; JSON actions that other sites cannot call",
        &["PageSpec", "Pages::act", "ActionReply"],
        "async fn act(",
        &["a_page_is_for_those_who_may_see_it", "programs_of_this_site_call_actions_with_json"],
    ),
    row(
        "Read models of client, service, server, invoice",
        &["Host::client", "Host::service", "Host::server", "Host::invoice"],
        "ctx.host",
        &["a_snapin_is_reached_from_every_place_it_names"],
    ),
    row(
        "What it shows is escaped",
        &["View", "Block"],
        "View {",
        &["what_a_snapin_says_is_text_wherever_it_stands", "whatever_a_plugin_says_is_text"],
    ),
    row(
        "Settings of its own, led to from its pages",
        &["Schemas"],
        "plugin: Schemas::of::<",
        &["a_snapin_is_reached_from_every_place_it_names"],
    ),
    row(
        "Gateways: one payment, on their page or on ours",
        &["Gateway::payment_page", "PaymentPage", "HostedForm"],
        "async fn payment_page(",
        &["the_payer_pays_on_our_page_in_fields_that_the_gateway_draws"],
    ),
    row(
        "Gateways: stored ways to pay, charged",
        &["StoredMethods::charge", "StoredMethods::methods"],
        "impl StoredMethods for",
        &["a_stored_card_is_charged_once_although_the_answer_is_lost", "a_client_stores_prefers_and_forgets_a_card"],
    ),
    row("Gateways: refunds", &["Refunds::refund"], "impl Refunds for", &["a_refund_is_made_and_booked_once"]),
    row(
        "Gateways: callbacks, verified; payments looked up",
        &["Callbacks::verify", "Payments::payment", "Payments::changed_since"],
        "impl Callbacks for",
        &["a_forged_or_stale_callback_changes_nothing", "a_payment_whose_callback_was_lost_is_found"],
    ),
    row(
        "Gateways: customers, from first to last",
        &["Customers::put", "Customers::remove"],
        "impl Customers for",
        &["a_client_stores_prefers_and_forgets_a_card"],
    ),
    row(
        "Gateways: subscriptions",
        &["Subscriptions::cancel", "RemotePayment"],
        "impl Subscriptions for",
        &[
            "a_subscription_pays_the_oldest_invoice_of_what_it_is_for",
            "a_client_and_staff_end_a_subscription_which_then_charges_no_more",
        ],
    ),
    row(
        "Gateways: pending, rejected, charged back",
        &["PaymentState::Pending", "PaymentState::Rejected", "PaymentState::ChargedBack"],
        "PaymentState::Pending",
        &["a_pending_payment_is_shown_and_then_rejected_with_its_reason"],
    ),
    row(
        "Gateways and snapins: settings tried out",
        &["TestConnection::test_connection"],
        "impl TestConnection for",
        &[
            "a_test_is_a_signed_message_and_tells_what_each_receiver_answered",
            "the_settings_of_a_gateway_are_tried_out",
        ],
    ),
    row(
        "Tasks by the clock, with preview, results and a line on the dashboard",
        &["Tasks::tasks", "Tasks::preview", "Tasks::run", "TaskReport"],
        "impl Tasks for",
        &[
            "staff_run_a_task_now_and_see_before_what_it_would_do",
            "a_task_that_fails_holds_up_no_other_and_is_tried_at_its_next_turn",
        ],
    ),
    row(
        "Orders screened: accept, look at, reject, with score and reasons",
        &["Screening::screen", "Judgement", "Risk"],
        "impl Screening for",
        &[
            "a_doubtful_order_is_held_although_it_is_paid_until_staff_let_it_pass",
            "the_club_knows_hostile_and_throwaway_addresses",
        ],
    ),
    row(
        "Certificates: order, signing request, state, sent again, cancelled",
        &["ServerPlugin::create", "ServerPlugin::check_order", "AccountActions::run"],
        "CERTIFICATE REQUEST",
        &["a_certificate_is_ordered_issued_and_revoked"],
    ),
];
