//! A small province by statement.

/// At least one row in every table that use cases fill, with the values that are hard to carry over: no value, an empty
/// one, texts in Vietnamese and with quotation marks, bytes of every kind, the largest numbers.
pub const SAMPLE: &[&str] = &[
    "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) values \
     (1, null, '/1/', 'province', 'Tỉnh \"Mẫu\"', 'tinh mau', {hex:00ff}, 1), \
     (9, 1, '/1/9/', 'specialised_agency', 'Sở Nội vụ', 'so noi vu', {hex:}, 2)",
    // a unit may hang below one that was entered later
    "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, code, code_issued, code_decision, \
     last_ordinal, version, created_at, closed_on) values (5, 9, '/1/9/5/', 'attached_unit', 'Phòng Tổ chức', \
     'phong to chuc', {hex:8010}, 'H57.10.5', '05.10.H57', '12/QĐ', 3, 2, 9223372036854775807, '2026-12-31')",
    "insert into unit_version (unit_id, valid_from, valid_to, parent_id, class, name) values \
     (9, '2020-01-01', '2026-01-01', 1, 'specialised_agency', 'Sở cũ'), (9, '2026-01-01', null, 1, 'specialised_agency', 'Sở')",
    "insert into authorised_post (unit_id, kind, valid_from, number) values (9, 'civil_servant', '2026-01-01', 40)",
    "insert into person (id, personnel_code, identification_code, name, name_folded, sort_key, sex, born_on, citizen_id, \
     email, unit_id, ordinal, kind, position, created_at) values \
     (1, '57.00001', '00.10.H57-1', 'Đặng Thị Xuân Xóa', 'dang thi xuan xoa', {hex:01}, 'female', '1988-02-29', \
     '001188000001', 'xoa@example.vn', 9, 1, 'civil_servant', 'Chuyên viên\tchính\n\\', 3), \
     (2, null, null, 'Lê Văn Giữ', 'le van giu', {hex:02}, null, null, null, null, 9, 2, 'contract_68', null, -1)",
    "insert into assignment (person_id, unit_id, ordinal, identification_code, valid_from, valid_to) values \
     (1, 9, 1, '00.10.H57-1', '2026-01-01', null), (2, 9, 2, null, '2026-01-01', '2026-02-01')",
    "insert into account (id, login, display_name, name_folded, person_id, state, password_hash, totp_sealed, created_at) \
     values (1, 'xuanxoa', 'Đặng Thị Xuân Xóa', 'dang thi xuan xoa', 1, 'active', '$argon2id$v=19$', {hex:00010203}, 4), \
     (2, 'quantri', 'Quản trị', 'quan tri', null, 'invited', null, null, 5)",
    // the hash of "abc", twice
    "insert into portrait (person_id, sha256, bytes, width, height, added_at, added_by, replaced_at) values \
     (1, {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 3, 900, 1200, 5, 2, 6), (1, {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 3, 600, 800, 6, null, null)",
    "insert into card_code (code, given_at) values ('k7Qz', 1), ('K7qz', 2)",
    "insert into activation (token_hash, account_id, created_at, expires_at) values ({hex:aa}, 2, 1, 2), ({hex:ab}, 1, 1, 2)",
    "insert into recovery_code (account_id, code_hash, used_at) values (1, {hex:bb}, null), (1, {hex:ba}, 7)",
    "insert into session (id_hash, account_id, factor, created_at, seen_at, agent) values ({hex:cc}, 1, 'full', 1, 2, 'Firefox')",
    "insert into known_device (token_hash, account_id, created_at, seen_at) values ({hex:dd}, 1, 1, 2)",
    "insert into attempt (login_hash, source, failures, last_at) values ({hex:ee}, '::1', 3, 4), ({hex:ee}, 'Á', 3, 4), \
     ({hex:ee}, 'b', 3, 4), ({hex:ee}, 'B', 3, 4)",
    "insert into role_grant (id, account_id, role, unit_id, valid_from, decision, state, proposed_by, proposed_at) values \
     (7, 1, 'approver', 1, '2026-01-01', '1/QĐ', 'proposed', 2, 1)",
    "insert into duty (object, act, actor, at) values ('grant:7', 'asked', 'person:2', 1), ('grant:7', 'approved', 'person:1', 2)",
    "insert into attachment (id, object, purpose, sha256, bytes, media_type, person_id, added_at, added_by) values \
     (3, 'request:4', 'scan', {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 3, 'image/png', 1, 7, 2)",
    "insert into reason (code, use_for, vi, en, retired_at) values ('sap_nhap', 'exchange', 'Sáp nhập đơn vị', 'Merger', 9)",
    "insert into dossier (id, unit_id, title, state, letter_number, letter_day, signer, version, created_at, created_by, \
     submitted_at, submitted_by, due_at) values (6, 9, 'Đợt \"1\"', 'decided', '1/TTr', '2026-11-20', 'Giám đốc', 4, 1, 2, 5, 2, 9)",
    "insert into request (id, person_id, unit_id, case_name, reason, note, state, dossier_id, stamp, copies, version, created_at, \
     created_by, submitted_at, verified_at, verified_by, changed_at) values \
     (4, 1, 9, 'first_issue', 'new_recruit', 'Ghi chú', 'approved', 6, 1, 2, 8, 1, 1, 2, 3, 2, 9), \
     (5, 2, 9, 'exchange', 'sap_nhap', null, 'draft', null, 0, 0, 1, 1, null, null, null, null, 1)",
    "insert into listing (dossier_id, request_id, left_at) values (6, 4, null), (6, 5, 7)",
    "insert into request_field (request_id, field, value, verdict, remark) values (4, 'name', 'Đặng Thị Xuân Xóa', 'returned', 'Sai dấu'), \
     (5, 'position', '', null, null)",
    "insert into verified_field (person_id, field, value, verified_at, verified_by, request_id) values \
     (1, 'name', 'Đặng Thị Xuân Xóa', 3, 2, 4), (1, 'sex', 'female', 3, null, 4)",
    "insert into card (id, person_id, request_id, unit_id, number, code, type, state, snapshot, snapshot_sha256, source, \
     portrait_sha256, approved_at, changed_at) values (8, 1, 4, 9, 'H57.001188000001.CC', 'k7Qz', 'cc', 'active', '{}', \
     {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 'province', \
     {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 9, 9)",
    "insert into card_event (id, card_id, event, from_state, to_state, at, by_account, reason) values \
     (1, 8, 'confirm', 'printed', 'active', 9, 2, null), (2, 8, 'lock', 'active', 'locked', 10, null, 'card_lost')",
    "insert into handover (id, number, unit_id, state, discrepancy, created_at, created_by, due_at) values \
     (2, '01/BBBG-2026', 9, 'given', 'Thiếu thẻ của Đặng Thị Xuân Xóa', 1, 2, 8)",
    "insert into handover_card (handover_id, card_id, found, delivered_at, delivered_by) values (2, 8, 1, null, null)",
    "insert into departure (id, person_id, unit_id, kind, on_day, decision, reported_at, reported_by) values \
     (3, 1, 9, 'retirement', '2026-12-01', '5/QĐ', 1, 2)",
    "insert into departure_task (departure_id, task, card_id, due_at, done_at) values (3, 'lock_card', 8, 5, 6), \
     (3, 'recover_card', 8, 7, null)",
    "insert into holiday (day, name, worked) values ('2026-02-14', 'Làm bù \"Tết\"', 1)",
    "insert into outbox_batch (id, made_at, made_by, events, sha256, answer, returned_at) values \
     (2, 1, 2, 1, {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 'Sai định dạng', 5)",
    "insert into outbox (id, kind, card_id, happened_at, due_on, batch_id, tries) values (4, 'register', 8, 9, '2026-11-25', null, 1), \
     (5, 'lock', 8, 10, '2026-11-26', 2, 1)",
    "insert into import_mapping (id, kind, source, source_folded, columns, changed_at, changed_by) values \
     (5, 'people', 'Phần mềm Sở', 'phan mem so', '{\"ai\":\"name\"}', 1, 'account:1')",
    "insert into import_run (id, kind, rows_told, imported_at, imported_by, account_id, existing, faulty, cancelled_at, failure) values \
     (6, 'units', '[]', 2, 'console', null, 0, 0, null, null), (7, 'people', '[]', 3, 'account:2', 2, 1, 1, 4, '{}')",
    "insert into import_batch (run_id, at, size, rows_waiting, rows_told, added, changed, existing, faulty, done_at) values \
     (7, 1, 2, null, '[]', 1, 1, 0, 0, 4), (7, 2, 1, '[]', '[]', 0, 0, 0, 0, null)",
    "insert into form_taken (account_id, key, answer, at) values (1, 'Á', '7', 1), (1, 'a', '8', 2)",
    "insert into bulk (id, account_id, task, reason, created_at, stopped_at) values (3, 2, 'lock', 'card_lost', 1, 2)",
    "insert into bulk_item (bulk_id, at, person_id, card_id, version, serial, answer, done_at) values \
     (3, 1, 1, 8, 1, null, '', 5), (3, 2, 2, null, 0, 'PH1', null, null)",
    "insert into blank_type (id, code, name, supplier, chip, interface, chip_model, memory_kb, material, surface, length_um, \
     width_um, thickness_um, created_at) values (1, 'EV3', 'Phôi EV3', 'Công ty Thẻ', 'embedded', 'contactless', 'EV3', 8, \
     'PVC', 'matt', 85725, 53975, 760, 1), (2, 'T', 'Phôi trắng', '', 'none', 'none', null, null, 'PVC', 'gloss', 85725, 53975, 760, 1)",
    "insert into stock_place (id, name, unit_id, kind, quota, minimum, created_at) values \
     (1, 'Kho tỉnh', 1, 'store', null, 100, 1), (2, 'Điểm cấp', 9, 'station', 50, null, 1)",
    "insert into blank_lot (id, number, supplier, supplier_folded, type_id, place_id, document, received_on, stated, counted, \
     state, entered_at) values (1, 'L1', 'Công ty Thẻ', 'cong ty the', 1, 1, 'PGH', '2026-01-01', 2, 2, 'received', 1)",
    "insert into destruction (id, number, place_id, on_day, method, count, state, made_at, made_by) values \
     (1, '01/2026/BB-TH', 1, '2026-01-02', 'Cắt', 1, 'waiting', 2, 2)",
    "insert into blank (id, serial, type_id, lot_id, place_id, state, reason, destruction_id) values \
     (1, 'A1', 1, 1, 1, 'received', null, null), (2, 'A/2', 1, 1, 1, 'spoiled', 'misprint', 1)",
    "insert into destruction_blank (destruction_id, blank_id) values (1, 2)",
    "insert into blank_transfer (id, from_place, to_place, count, state, sent_at) values (1, 1, 2, 1, 'sent', 3)",
    "insert into stock_count (id, place_id, on_day, expected, found, missing, found_again, strange, note, at) values \
     (1, 1, '2026-01-03', 1, 1, 0, 0, 'Z1 Z2', 'Z1 do ĐẶNG THỊ XUÂN XÓA (001188000001) cầm', 4)",
    "insert into blank_movement (id, at, day, event, type_id, from_state, from_place, to_state, to_place, count, document) values \
     (1, 1, '2026-01-01', 'receive', 1, null, null, 'received', 1, 2, 'lot:1')",
    "insert into blank_moved (movement_id, blank_id) values (1, 1), (1, 2)",
    "insert into equipment (id, kind, model, serial, unit_id, state, acquired_on, price, phase, note, created_at, changed_at) values \
     (1, 'reader', 'ACR1252U', 'RD-001', 9, 'in_use', '2026-01-05', 3000000, 2, 'Bàn \"1\"', 1, 2), \
     (2, 'support', 'Bộ hỗ trợ', null, 1, 'planned', null, null, null, null, 1, 1)",
    "insert into entry_system (id, unit_id, name, purpose, operator, contact, fields, state, created_at, created_by) values \
     (4, 9, 'Cổng vân tay', 'Ra vào trụ sở', 'Công ty \"A\"', '0234', 'personnel_code name portrait', 'approved', 1, 2)",
    "insert into consent (id, system_id, person_id, answer, at, by_account, signed_on) values (1, 4, 1, 'given', 2, 1, null), \
     (2, 4, 2, 'given', 3, 2, '2026-11-20'), (3, 4, 2, 'withdrawn', 4, 2, null)",
    "insert into biometric_export (id, system_id, at, by_account, people, withdrawn, sha256) values \
     (5, 4, 3, 2, 2, 0, {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad})",
    "insert into biometric_exported (export_id, person_id, withdrawn) values (5, 1, 0), (5, 2, 0)",
    "insert into chip (uid, card_id, blank_id, profile, key_set, content, host, state, tries, milliseconds, changed_at) values \
     ('045A115A346180', 8, 2, 'C', 1, {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 'the.example.vn', 'issued', \
     2, 9, 9), ('04000000000001', null, null, null, null, null, null, 'unknown', 0, 0, 1)",
    "update chip set signed_set = 1 where uid = '045A115A346180'",
    "update chip set wiped_at = 1 where uid = '04000000000001'",
    "insert into chip_set (uid, set_version) values ('045A115A346180', 1), ('045A115A346180', 2)",
    "update issue_rule set required = 1, changed_at = 7, changed_by = 'account:2', version = 2 where name = 'witness'",
    "insert into card_look (card_id, blank_serial, witnessed, witnessed_at, witnessed_by, code_fits, code_read_at, code_read_by) values \
     (8, 'A/2', {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 5, 2, 1, 6, 1)",
    "insert into chip_entry (uid, nth, entry, at, by_account) values ('045A115A346180', 0, '{\"Meant\":\"Format\"}', 8, 2), \
     ('045A115A346180', 1, '{\"Reached\":{\"Blank\":{\"set\":1}}}', 9, null)",
    "insert into api_key (id, name, scopes, quota, token_hash, made_at, made_by, withdrawn_at, withdrawn_by) values \
     (3, 'Cửa \"A\"', 'status list', 60000, {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 1, 2, 5, 1)",
    "insert into webhook (id, name, url, secret, made_at, made_by, withdrawn_at, withdrawn_by, delivered_at, problem) values \
     (4, 'Cửa \"B\"', 'https://door.example.vn/x', {hex:00ff10}, 1, 2, null, null, 5, 'status.503')",
    "insert into webhook_message (id, webhook_id, card_id, happened_at, tries, due_at) values (9, 4, 8, 5, 2, 8), (10, 4, null, 6, 0, 6)",
    "insert into chip_tap (uid, counter, at) values ('045A115A346180', 16777215, 9)",
    "insert into certificate_token (id, kind, model, serial, unit_id, holder_id, state, due_on, remark, created_at, changed_at) values \
     (1, 'usb', 'gm3000 \"A\"', 'GCA-001', 9, 1, 'due_back', '2026-12-01', 'Nghỉ hưu', 1, 2), (2, 'sim', null, '8984', 1, null, 'in_store', null, null, 1, 1)",
    "insert into certificate (id, kind, serial, subject, subject_folded, issuer, algorithm, fingerprint, valid_from, valid_until, \
     unit_id, person_id, holder_id, token_id, state, revoked_on, remark, created_at, changed_at) values \
     (1, 'person', '7A01', 'Đặng Thị Xuân Xóa', 'dang thi xuan xoa', 'CA', 'RSA 2048', \
     {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 1, 9223372036854775807, 9, 1, 1, 1, 'revoked', '2026-11-30', 'Nghỉ hưu', 1, 2), \
     (2, 'organisation', '00', 'Sở Nội vụ', 'so noi vu', '', 'EC P-256', \
     {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae}, -1, 2, 9, null, null, null, 'received', null, null, 1, 1)",
    "insert into certificate_file (certificate_id, der) values (1, {hex:3000})",
    "insert into certificate_list (id, unit_id, title, state, recipient, letter_number, letter_day, signer, due_at, created_at, created_by, \
     sent_at) values (1, 1, 'Đợt 1', 'sent', 'Cục \"A\"', '15/SNV', '2026-11-30', 'Giám đốc', 9, 1, 2, 3), \
     (2, 1, 'Đợt 2', 'draft', null, null, null, null, null, 1, null, null)",
    "insert into certificate_request (id, operation, kind, unit_id, person_id, device, keeper_id, certificate_id, brought_id, regime, reason, \
     answer, state, list_id, reply_number, reply_day, minutes_number, minutes_day, due_at, asked_by, asked_at, changed_at) values \
     (1, 'revoke', 'person', 9, 1, null, 1, 1, null, '68-2024', 'Nghỉ hưu', 'Đồng ý', 'done', 1, '7', '2026-11-30', null, null, null, 2, 1, 2), \
     (2, 'new', 'device', 9, null, 'Máy chủ', null, null, 2, '68-2024', null, null, 'received', 1, null, '2026-11-30', '1', '2026-12-01', 5, \
     null, 1, 2)",
    "insert into information_page (id, vi, en, published_at, published_by) values (1, '# Ký \"số\"', '# Signing', 1, 2), (2, 'x', 'y', 2, null)",
    "insert into manager_delegation (id, office, unit_id, number, day, authority, valid_from, valid_until, regime, ended_on, created_at, \
     created_by) values (1, 'office', 9, '119/KH', '2017-08-14', 'UBND \"tỉnh\"', '2017-09-01', '2020-12-31', '26-2007-08-2016', null, 1, 2), \
     (2, 'information', 9, '2/QĐ', '2021-01-01', 'UBND', '2021-01-01', null, '130-2018-08-2016', '2024-01-01', 2, null)",
    "insert into certificate_plan (id, unit_id, title, first_year, last_year, words, goal, state, document_number, document_day, remark, \
     created_at, changed_at) values (1, 1, 'Kế hoạch \"119\"', 2017, 2020, 'plain', 3000, 'fixed', '119/KH-UBND', '2017-08-14', null, 1, 2), \
     (2, 9, 'Dự thảo', 2027, 2027, 'province', null, 'draft', null, null, 'Thiếu lớp', 1, 1)",
    "insert into certificate_plan_row (plan_id, nth, year, operation, kind, unit_group, position, quantity) values \
     (1, 1, 2017, 'renew', 'organisation', 'all', 'unit', 227), (1, 2, 2018, 'new', 'person', 'district_services', 'head', 531)",
    "insert into certificate_wave (plan_id, nth, from_year, from_quarter, to_year, to_quarter, goal, unit_groups, positions) values \
     (1, 1, 2019, 3, 2019, 3, null, '', ''), (1, 2, 2020, 1, 2020, 4, 100, 'communes districts', 'head deputy')",
    "insert into certificate_target (plan_id, application, nth, percent) values (1, 'documents', 1, 50), (1, 'mail', 2, 100)",
    "insert into certificate_target_unit (plan_id, application, unit_id) values (1, 'documents', 9), (1, 'mail', 9), (1, 'documents', 1)",
    "insert into certificate_use (certificate_id, application, noted_at) values (2, 'mail', 5), (2, 'documents', 5)",
    "insert into certificate_plan_class (plan_id, year, stated) values (1, 2018, 36)",
    "insert into certificate_plan_cost (plan_id, part, nth, section, number, name, quantity, price, priced_on) values \
     (1, 'class', 1, null, null, 'Thuê hội trường', 1, 5000000, '2017-08-14'), (1, 'rest', 2, 'Đi lại', '5', 'Đi \"Hà Nội\"', 16, 1500000, null)",
    "insert into training_class (id, unit_id, plan_id, title, topic, audience, days, place, content, capacity, state, remark, created_at, \
     changed_at) values (1, 1, 1, 'Lớp \"1\"', 'signatures', 'clerks', '2026-12-03 2026-12-04', 'Hội trường', null, 30, 'held', null, 1, 2), \
     (2, 9, null, 'Lớp 2', 'both', 'it_staff', '2027-01-04', 'Phòng họp', 'Ký số', 12, 'cancelled', 'Hoãn', 1, 1)",
    "insert into training_class_cost (class_id, nth, number, name, quantity, price, priced_on) values \
     (1, 1, null, 'Nước \"uống\"', 30, 7000, '2017-08-14'), (1, 2, '2.1', 'Tài liệu', 30, 50000, null)",
    "insert into training_learner (class_id, person_id, completed, enrolled_at) values (1, 1, 1, 5), (2, 1, null, 6)",
    "insert into training_attendance (class_id, person_id, session, how, noted_at) values (1, 1, 1, 'tap', 7), (1, 1, 4, 'hand', 8)",
    "update counter set last = 1 where name = 'personnel_code'",
    "insert into national_record (person_id, name, sex, born_on, citizen_id, position, unit_code, loaded_at, loaded_by, document, \
     reported_at, reported_by, version) values (1, 'Đặng Thị Xuân Xóa', 'female', null, '001188000001', '', 'H57.10', 8, 'account:1', \
     '152/SNV', 9, 'account:1', 2)",
    "insert into key_ceremony (id, set_version, state, decision, set_id, check_values, public_key, proposed_at, proposed_by, \
     decided_at, decided_by, drawn_at, ended_at, ended_by, reason, version) values \
     (3, 1, 'kept', '7/QĐ-SNV', {hex:a0b1c2d3e4}, '[[\"picc\",\"0A0B0C\"]]', \
     {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 1, 2, 2, null, 3, 9, 1, null, 9), \
     (4, 2, 'agreed', '8/QĐ-SNV', null, null, null, 10, null, 11, 2, null, null, null, null, 3)",
    "insert into key_custodian (ceremony_id, number, account_id, actor, component, given_at, share, shown_at, confirmed_at) values \
     (3, 1, 1, 'person:1', null, 2, null, 4, 5), (4, 2, 2, 'account:2', {hex:00ff}, 12, null, null, null), \
     (4, 3, 1, 'person:1', null, null, {hex:}, 13, null)",
    "insert into key_set (set_version, set_id, state, check_values, public_key, key_id, ceremony_id, demonstration, prepared_at, \
     used_at, used_by, retired_at, destroyed_at, reason, version) values (1, {hex:a0b1c2d3e4}, 'in_use', '[]', \
     {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, {hex:ba7816bf}, 3, 0, 5, 6, 1, null, null, null, 2), \
     (126, {hex:ffffffffff}, 'destroyed', '[]', {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, \
     {hex:00000000}, null, 1, 5, null, null, 6, 7, 'Hỏng', 3)",
    "insert into key_restore (set_version, account_id, actor, share, at) values (1, 2, 'account:2', {hex:00ff10}, 9)",
];
