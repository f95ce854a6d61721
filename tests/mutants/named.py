"""Where a condition is held that no case table of its own module holds."""

from collections.abc import Mapping

# The controls whose case tables rest on the facts of a module.
CONTROLS_OF: Mapping[str, tuple[str, ...]] = {
    "audit.history": ("GOV-09",),
    "facts.clients": ("RET-01", "RET-02", "RET-03", "RET-04", "RET-06", "RET-08"),
    "facts.contacts": ("MKT-04", "MKT-01", "MKT-02"),
    "facts.joined": ("MKT-01", "MKT-02", "MKT-05", "MKT-03"),
    "facts.logic": ("PRC-02", "MKT-01", "MKT-02", "MKT-05", "MKT-03"),
    "facts.marketing": ("MKT-01", "MKT-02", "MKT-05", "MKT-03"),
    "facts.own_registers": ("DQ-01", "DQ-02"),
    "facts.policy_text": ("GOV-02", "GOV-03"),
    "facts.records": ("DQ-05",),
    "facts.special_category": ("DAT-01",),
    "facts.suppliers": ("PRC-02", "PRC-05", "TRF-01", "PRC-01"),
    "facts.transfers": ("TRF-02", "TRF-04", "TRF-06", "TRF-07", "TRF-01", "PRC-01"),
}
# Tests that hold what no case table can, by function.
NAMED: Mapping[str, tuple[str, ...]] = {
    "controls.safeguards._left_to_trf_01": (
        "tests/test_every_transfer.py::test_what_is_wrong_with_a_transfer_is_told_and_nothing_else",
    ),
    "controls.transfers._left_to_trf_01": (
        "tests/test_every_transfer.py::test_what_is_wrong_with_a_transfer_is_told_and_nothing_else",
    ),
    "facts.assemble._answered": (
        "tests/test_retention.py::test_the_data_held_needs_every_register_that_is_expected",
        "tests/test_no_better.py::test_a_part_of_an_export_without_a_row_shows_nothing_unless_somebody_answers_for_it",
        "tests/test_no_better.py::test_a_declaration_of_something_that_cannot_be_declared_is_refused",
        "tests/test_fact_edges.py::test_a_declaration_may_be_made_within_a_year_of_the_report",
    ),
    "facts.assemble._declared_empty": (
        "tests/test_fact_edges.py::test_a_register_that_was_declared_empty_and_has_rows_is_in_doubt",
    ),
    "facts.assemble._exported": (
        "tests/test_no_better.py::test_a_part_of_an_export_without_a_row_shows_nothing_unless_somebody_answers_for_it",
        "tests/test_retention.py::test_the_data_held_needs_every_register_that_is_expected",
    ),
    "facts.assemble._invoiced": ("tests/test_retention.py::test_the_data_held_needs_every_register_that_is_expected",),
    "facts.assemble._lost_transfers": (
        "tests/test_facts.py::test_with_all_suppliers_in_the_uk_no_transfer_applies",
        "tests/test_every_transfer.py::test_a_file_of_transfers_that_cannot_be_read_leaves_them_in_doubt",
        "tests/test_every_transfer.py::test_an_expected_file_of_transfers_that_is_missing_leaves_them_in_doubt",
    ),
    "facts.assemble._related": (
        "tests/test_every_transfer.py::test_an_expected_file_of_transfers_that_is_missing_leaves_them_in_doubt",
    ),
    "facts.assemble.assemble": (
        "tests/test_fact_edges.py::test_which_registers_are_expected",
        "tests/test_no_better.py::test_a_file_of_transfers_does_not_hide_a_supplier_abroad",
        "tests/test_completeness.py::test_a_row_deleted_after_the_receipt_stops_a_clean_result",
    ),
    "facts.clients._guessed_ends": (
        "tests/test_fact_edges.py::test_only_the_column_that_invoices_filled_in_counts_as_theirs",
    ),
    "facts.clients._in_ledger": (
        "tests/test_fact_edges.py::test_only_the_column_that_invoices_filled_in_counts_as_theirs",
    ),
    "facts.clients.classes_of": ("tests/test_fact_edges.py::test_the_classes_of_record_that_a_cell_names",),
    "facts.contacts._column_to_fill_in": (
        "tests/test_fact_edges.py::test_what_to_fill_in_where_an_opt_out_has_no_address",
        "tests/test_facts.py::test_without_the_client_list_no_contact_is_known_not_to_have_opted_out",
        "tests/test_marketing.py::test_a_firm_may_note_in_mailchimp_what_mailchimp_does_not_know",
    ),
    "facts.contacts._from_lists_with_opt_ins": (
        "tests/test_facts.py::test_a_log_of_mailings_leaves_no_opt_in_open_that_another_list_tells",
    ),
    "facts.contacts._related": (
        "tests/test_facts.py::test_without_the_client_list_no_contact_is_known_not_to_have_opted_out",
        "tests/test_facts.py::test_a_finding_about_a_contact_names_the_rows_of_every_list_it_rests_on",
    ),
    "facts.contacts._cannot_record_mailings": (
        "tests/test_marketing.py::test_a_firm_may_note_in_mailchimp_what_mailchimp_does_not_know",
    ),
    "facts.contacts._through": (
        "tests/test_facts.py::test_a_mailing_in_the_client_list_counts_for_e_mail_and_leaves_other_channels_open",
    ),
    "facts.contacts._open_column": (
        "tests/test_fact_edges.py::test_which_list_leaves_an_opt_out_unknown",
        "tests/test_marketing.py::test_a_gap_names_the_one_column_that_would_help_most",
    ),
    "facts.fact.lineage": ("tests/test_marketing.py::test_a_gap_names_the_one_column_that_would_help_most",),
    "facts.fact.listed": ("tests/test_retention.py::test_no_name_note_or_address_reaches_the_outputs",),
    "facts.joined.to_fill_in": (
        "tests/test_marketing.py::test_who_is_not_in_the_client_list_bought_nothing_only_if_the_list_is_whole",
        "tests/test_marketing.py::test_a_gap_names_the_one_column_that_would_help_most",
    ),
    "facts.logic.is_open": ("lib/privacy_audit/facts/logic.py::privacy_audit.facts.logic.is_open",),
    "facts.marketing._is_whole": ("tests/test_marketing.py::test_each_row_of_the_matrix",),
    "facts.marketing._most_helpful": ("tests/test_marketing.py::test_a_gap_names_the_one_column_that_would_help_most",),
    "facts.marketing._population": ("tests/test_marketing.py::test_a_gap_names_the_one_column_that_would_help_most",),
    "facts.marketing.columns_to_fill_in": (
        "tests/test_marketing.py::test_a_gap_names_the_one_column_that_would_help_most",
    ),
    "facts.marketing.elsewhere": (
        "tests/test_marketing.py::test_who_is_not_in_the_client_list_bought_nothing_only_if_the_list_is_whole",
        "tests/test_marketing.py::test_a_client_who_was_mailed_and_stands_on_no_list_keeps_marketing_from_being_shown",
    ),
    "facts.marketing.missing": ("tests/test_marketing.py::test_lists_on_which_nobody_is_subscribed_show_nothing",),
    "facts.own_registers._row": (
        "tests/test_fact_edges.py::test_which_registers_are_expected",
        "tests/test_xero.py::test_invoices_need_not_be_expected_and_what_they_tell_is_not_missed",
    ),
    "facts.own_registers.receipts": (
        "tests/test_fact_edges.py::test_which_registers_are_expected",
        "tests/test_xero.py::test_invoices_need_not_be_expected_and_what_they_tell_is_not_missed",
    ),
    "facts.policy_text._refuse": ("tests/test_governance.py::test_a_reading_that_cannot_be_is_refused_in_words",),
    "facts.policy_text._saying": (
        "tests/test_other_firm.py::test_an_area_that_a_policy_names_stands_against_sending_data_abroad",
        "tests/test_other_firm.py::test_what_was_planted_is_found_and_nothing_else",
    ),
    "facts.policy_text.check": (
        "tests/test_governance.py::test_a_complete_policy_that_somebody_read_is_met",
        "tests/test_governance.py::test_a_reading_that_cannot_be_is_refused_in_words",
    ),
    "facts.records._People.__init__": (
        "tests/test_links.py::test_an_unknown_name_may_be_a_client_without_a_name_but_not_one_who_was_erased",
        "tests/test_links.py::test_a_sale_of_the_quarter_refers_to_a_client_by_name_number_or_address",
    ),
    "facts.records._People.has": (
        "tests/test_links.py::test_a_sale_of_the_quarter_refers_to_a_client_by_name_number_or_address",
        "tests/test_links.py::test_an_unknown_name_may_be_a_client_without_a_name_but_not_one_who_was_erased",
    ),
    "facts.records._differing": ("tests/test_completeness.py::test_files_that_contradict_are_told_with_the_columns",),
    "facts.records._in_period": (
        "tests/test_links.py::test_a_sale_of_the_quarter_refers_to_a_client_by_name_number_or_address",
    ),
    "facts.records._of_contacts": ("tests/test_links.py::test_a_contact_refers_to_a_client_only_where_it_names_one",),
    "facts.records._of_invoices": (
        "tests/test_fact_edges.py::test_an_invoice_goes_by_its_client_or_else_its_address",
        "tests/test_links.py::test_a_sale_of_the_quarter_refers_to_a_client_by_name_number_or_address",
    ),
    "facts.records._rows": (
        "tests/test_fact_edges.py::test_how_often_a_record_stands_in_its_own_file",
        "tests/test_completeness.py::test_rows_alike_in_one_file_are_a_repetition_however_often_another_file_has_them",
        "tests/test_completeness.py::test_files_that_contradict_are_told_with_the_columns",
    ),
    "facts.records._can_contradict": (
        "tests/test_completeness.py::test_files_that_contradict_are_told_with_the_columns",
    ),
    "facts.records._to_blame": ("tests/test_fact_edges.py::test_a_transfer_that_says_too_little_is_to_blame_itself",),
    "facts.records.links": (
        "tests/test_links.py::test_that_no_service_has_ended_must_be_said_by_somebody",
        "tests/test_links.py::test_a_contact_refers_to_a_client_only_where_it_names_one",
        "tests/test_links.py::test_a_sale_of_the_quarter_refers_to_a_client_by_name_number_or_address",
        "tests/test_links.py::test_no_register_at_all_is_no_answer",
    ),
    "facts.records.same_record": ("tests/test_facts.py::test_an_invoice_belongs_to_a_client_who_stands_in_two_lists",),
    "facts.special_category._causes": (
        "tests/test_fact_edges.py::test_a_record_that_says_nothing_names_the_column_that_is_silent",
    ),
    "facts.special_category._contacts": (
        "tests/test_facts.py::test_what_a_mailing_list_notes_and_tags_is_searched_for_special_category_data",
        "tests/test_facts.py::test_an_opt_out_that_cannot_be_matched_to_an_address_leaves_every_contact_in_doubt",
    ),
    "facts.special_category._known_empty": (
        "tests/test_fact_edges.py::test_nobody_to_hold_data_about_is_known_only_where_somebody_said_so",
    ),
    "facts.suppliers._in_words": (
        "tests/test_suppliers.py::test_a_contract_is_one_finding_that_names_the_missing_terms_in_plain_words",
    ),
    "facts.suppliers._where": (
        "tests/test_insurer.py::test_people_of_suppliers_who_see_data_from_abroad_are_told_beside_what_is_sent",
    ),
    "facts.suppliers.countries": (
        "tests/test_insurer.py::test_people_of_suppliers_who_see_data_from_abroad_are_told_beside_what_is_sent",
        "tests/test_insurer.py::test_where_support_sits_is_told_as_far_as_the_list_has_it",
    ),
    "facts.transfers.approved": ("tests/test_facts.py::test_a_given_file_of_transfers_is_compared_with_the_suppliers",),
    "facts.transfers.compared": ("tests/test_facts.py::test_a_given_file_of_transfers_is_compared_with_the_suppliers",),
    "facts.transfers.derive": (
        "tests/test_no_better.py::test_a_register_without_a_row_shows_as_little_as_none",
        "tests/test_facts.py::test_a_transfer_is_derived_for_each_supplier_that_may_be_abroad_and_gets_personal_data",
        "tests/test_facts.py::test_an_unread_cell_of_a_supplier_is_an_unread_cell_of_its_transfer",
    ),
    "facts.transfers.promised": (
        "tests/test_other_firm.py::test_a_file_of_transfers_does_not_hide_a_supplier_outside_the_area",
    ),
}
# Mutants that change nothing that anybody could see, and why.
NOT_SEEN: Mapping[str, str] = {
    "facts.records._rows: len(group) > 1 -> len(group) >= 1": "a row alone differs from nothing; it saves work",
}
