// A new colleague: invited by the operator, activated by themselves, given a role by two others, signed in with it.
import { account } from '../support/accounts.js';
import { confirm, signIn } from '../support/sign_in.js';
import { withCode } from '../support/code.js';
import { expect, press, test } from '../support/test.js';
import { beginning, containing, uniqueWord } from '../support/words.js';

const PASSWORD = 'ba con trâu gặm cỏ bên sông';

test('invited, activated, proposed, approved, enrolled, at work @nojs', async ({ open, check, baseURL, t }) => {
  const login = `moi.${Date.now().toString(36)}`;
  const name = `Trần Thị ${uniqueWord()}`;
  const operator = await open('quantri');
  const approver = await open('pheduyet');
  const person = await open();
  const on = (page) => ({
    heading: (text) => page.getByRole('heading', { level: 1, name: text }),
    field: (key) => page.locator('form.form').getByLabel(beginning(t(key))),
    button: (key) => page.locator('main').getByRole('button', { name: t(key), exact: true }),
    link: (key) => page.locator('main').getByRole('link', { name: t(key), exact: true }),
    said: (key) => expect(page.getByRole('status').getByText(t(key))).toBeVisible(),
    wrong: (field, text) => expect(field).toHaveAccessibleDescription(containing(text)),
  });
  const [asOperator, asApprover, asPerson] = [on(operator), on(approver), on(person)];

  const link = await test.step('the operator invites', async () => {
    await operator.goto('/settings/accounts');
    await press(operator, asOperator.link('accounts.add'));
    await asOperator.field('account_form.login').fill('Hai Từ');
    await asOperator.field('account_form.name').fill(name);
    await confirm(operator, baseURL, t, account('quantri'), asOperator.button('account_form.submit'));
    await asOperator.wrong(asOperator.field('account_form.login'), t('fault.login'));
    await expect(asOperator.field('account_form.name')).toHaveValue(name);
    await asOperator.field('account_form.login').fill(login);
    await confirm(operator, baseURL, t, account('quantri'), asOperator.button('account_form.submit'));
    await expect(asOperator.heading(t('activation_link.title'))).toBeVisible();
    await expect(operator.getByRole('button', { name: t('shell.language.other') })).toHaveCount(0);
    await check(operator, 'activation-link');
    return operator.locator('#link').inputValue();
  });

  await test.step('the link lets its owner choose a password, once', async () => {
    await person.goto(link);
    await expect(person.getByText(t('activate.lead', { name }))).toBeVisible();
    await check(person, 'activate');
    for (const [first, second, fault] of [
      ['ngắn quá', 'ngắn quá', t('fault.password_short', { min: 15 })],
      ['matkhaumatkhau123', 'matkhaumatkhau123', t('fault.password_common')],
    ]) {
      await asPerson.field('activate.password').fill(first);
      await asPerson.field('activate.repeat').fill(second);
      expect((await press(person, asPerson.button('activate.submit'))).status()).toBe(422);
      await asPerson.wrong(asPerson.field('activate.password'), fault);
      await expect(asPerson.field('activate.password')).toHaveValue('');
    }
    await asPerson.field('activate.password').fill(PASSWORD);
    await asPerson.field('activate.repeat').fill(`${PASSWORD}.`);
    await press(person, asPerson.button('activate.submit'));
    await asPerson.wrong(asPerson.field('activate.repeat'), t('fault.passwords_differ'));
    await check(person, 'activate-wrong');
    await asPerson.field('activate.password').fill(PASSWORD);
    await asPerson.field('activate.repeat').fill(PASSWORD);
    await press(person, asPerson.button('activate.submit'));
    await expect(person).toHaveURL('/sign-in');
    await asPerson.said('flash.activated');

    expect((await person.goto(link)).status()).toBe(409);
    await expect(person.getByText(t('failure.refused.link_spent'))).toBeVisible();
  });

  await test.step('without a role there is nothing but one’s own profile', async () => {
    await person.goto('/sign-in');
    await signIn(person, baseURL, t, { login, password: PASSWORD });
    await expect(person).toHaveURL('/work');
    await expect(person.getByText(t('work.no_roles'))).toBeVisible();
    await check(person, 'work-without-role');
    await press(person, person.getByRole('button', { name: t('shell.sign_out') }));
  });

  const propose = async (role, decision) => {
    await press(operator, asOperator.link('account.propose'));
    await asOperator.field('grant_form.role').selectOption(role);
    await asOperator.field('grant_form.decision').fill(decision);
    await press(operator, asOperator.button('grant_form.submit'));
    await asOperator.said('flash.grant_proposed');
  };
  await test.step('the operator proposes two roles, and cannot decide', async () => {
    await press(operator, asOperator.link('activation_link.go'));
    await expect(asOperator.heading(name)).toBeVisible();
    await press(operator, asOperator.link('account.propose'));
    await asOperator.field('grant_form.decision').fill('12/QĐ-SNV');
    await asOperator.field('grant_form.unit').fill('H57.10');
    expect((await press(operator, asOperator.button('grant_form.submit'))).status()).toBe(422);
    await expect(asOperator.field('grant_form.unit')).toHaveValue('H57.10');
    await expect(asOperator.field('grant_form.decision')).toHaveValue('12/QĐ-SNV');
    await check(operator, 'grant-propose-wrong');
    await operator.goBack();
    await operator.goBack();
    await propose('stock_keeper', '12/QĐ-SNV');
    await propose('inspector', '13/QĐ-SNV');
    await check(operator);
    await press(operator, asOperator.link('role.inspector'));
    await expect(operator.getByText(t('grant.waits'))).toBeVisible();
    await expect(asOperator.button('grant.approve')).toHaveCount(0);
    await check(operator);
  });

  await test.step('what was proposed by mistake is withdrawn, and the reason asked for without a second code', async () => {
    await press(operator, operator.getByRole('navigation').getByRole('link', { name }));
    await propose('witness', '14/QĐ-SNV');
    await press(operator, asOperator.link('role.witness'));
    await press(operator, asOperator.link('grant.withdraw'));
    await confirm(operator, baseURL, t, account('quantri'), asOperator.button('grant_end.withdraw'));
    await asOperator.wrong(asOperator.field('grant_end.reason'), t('fault.missing'));
    await expect(operator.getByLabel(t('part.confirm.label'), { exact: true })).toHaveCount(0);
    await check(operator, 'grant-withdraw');
    await asOperator.field('grant_end.reason').fill('Chọn nhầm vai trò');
    await confirm(operator, baseURL, t, account('quantri'), asOperator.button('grant_end.withdraw'));
    await asOperator.said('flash.grant_withdrawn');
    await expect(operator.getByText(t('grant_state.ended'), { exact: true })).toBeVisible();
  });

  const waiting = approver.locator('.queue').getByRole('link', { name: containing(name) });
  const openProposal = async (role) => {
    await approver.goto('/work');
    for (const item of await waiting.all()) {
      await press(approver, item);
      if (await asApprover.heading(containing(t(`role.${role}`))).isVisible()) return;
      await approver.goBack();
    }
    throw new Error(`no proposal for ${role} waits`);
  };
  await test.step('the approver refuses one with a reason and approves the other', async () => {
    await approver.goto('/work');
    await expect(waiting).toHaveCount(2);
    await check(approver);
    await openProposal('stock_keeper');
    await check(approver, 'grant-decide');
    await confirm(approver, baseURL, t, account('pheduyet'), asApprover.button('grant.refuse'));
    await asApprover.wrong(asApprover.field('grant.reason'), t('fault.missing'));
    await asApprover.field('grant.reason').fill('Đã có thủ kho');
    await confirm(approver, baseURL, t, account('pheduyet'), asApprover.button('grant.refuse'));
    await expect(approver).toHaveURL('/work');
    await asApprover.said('flash.grant_refused');
    await expect(waiting).toHaveCount(1);

    await openProposal('inspector');
    const address = approver.url();
    await confirm(approver, baseURL, t, account('pheduyet'), asApprover.button('grant.approve'));
    await asApprover.said('flash.grant_approved');
    await expect(waiting).toHaveCount(0);
    await approver.goto(address);
    await expect(asApprover.button('grant.approve')).toHaveCount(0);
    await expect(approver.getByText(t('grant_state.in_force'), { exact: true })).toBeVisible();
  });

  const newcomer = { login, password: PASSWORD };
  const codes = await test.step('the role asks for a second factor, set up at the next sign-in', async () => {
    await person.goto('/sign-in');
    await signIn(person, baseURL, t, newcomer);
    await expect(person).toHaveURL('/second-factor');
    await person.goto('/people');
    await expect(person).toHaveURL('/second-factor');
    await expect(person.getByRole('img', { name: t('enrol.qr') })).toBeVisible();
    await check(person, 'enrol');
    const secret = person.locator('main span.code');
    newcomer.totp_secret = await secret.textContent();
    await asPerson.field('enrol.code').fill('000000');
    expect((await press(person, asPerson.button('enrol.submit'))).status()).toBe(422);
    await asPerson.wrong(asPerson.field('enrol.code'), t('fault.code'));
    await expect(secret).toHaveText(newcomer.totp_secret);
    await withCode(baseURL, newcomer, async (code) => {
      await asPerson.field('enrol.code').fill(code);
      await press(person, asPerson.button('enrol.submit'));
    });
    await expect(asPerson.heading(t('recovery.title'))).toBeVisible();
    await check(person, 'recovery-codes');
    const codes = await person.locator('.codes li').allTextContents();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    return codes;
  });

  await test.step('at work with the new role, which the profile shows', async () => {
    await press(person, asPerson.link('recovery.go'));
    await expect(person).toHaveURL('/work');
    await expect(person.getByText(containing(t('role.inspector')))).toBeVisible();
    expect((await person.goto('/people')).status()).toBe(200);
    await person.goto('/me');
    await expect(person.getByText(t('role.inspector')).first()).toBeVisible();
    await check(person);
  });

  await test.step('signs in again: with a code, and once with a recovery code', async () => {
    await press(person, person.getByRole('button', { name: t('shell.sign_out') }));
    await signIn(person, baseURL, t, newcomer);
    await expect(person).toHaveURL('/work');
    await press(person, person.getByRole('button', { name: t('shell.sign_out') }));

    for (const [code, status] of [
      [codes[0], 200],
      [codes[0], 422],
    ]) {
      await person.getByLabel(t('sign_in.login')).fill(login);
      await person.getByLabel(t('sign_in.password')).fill(PASSWORD);
      await press(person, person.getByRole('button', { name: t('sign_in.submit') }));
      await person.getByLabel(t('sign_in.code.label')).fill(code);
      const answer = await press(person, person.getByRole('button', { name: t('sign_in.code.submit') }));
      expect(answer.status()).toBe(status);
      if (status === 200) await press(person, person.getByRole('button', { name: t('shell.sign_out') }));
    }
    await expect(person.getByLabel(t('sign_in.code.label'))).toHaveAccessibleDescription(containing(t('fault.code')));
    await check(person, 'sign-in-code-wrong');
  });

  await test.step('the operator ends the role', async () => {
    await operator.goto('/settings/accounts');
    await operator.locator('main').getByLabel(t('accounts.text')).fill(login);
    await press(operator, asOperator.button('accounts.find'));
    await press(operator, operator.getByRole('rowheader').getByRole('link', { name }));
    await press(operator, asOperator.link('role.inspector'));
    await press(operator, asOperator.link('grant.end_this'));
    await asOperator.field('grant_end.reason').fill('Chuyển công tác');
    await confirm(operator, baseURL, t, account('quantri'), asOperator.button('grant_end.title'));
    await asOperator.said('flash.grant_ended');
    await expect(operator.getByText(t('grant_state.ended'), { exact: true })).toHaveCount(2);
    await check(operator, 'account-after');
  });
});
