// An entry system is asked for by the unit and decided by Home Affairs; the holder says yes, the file leaves, the holder withdraws, and the
// next file says that the data are to be deleted there.
import { account } from '../support/accounts.js';
import { withCode } from '../support/code.js';
import { on } from '../support/offers.js';
import { confirm } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';
import { uniqueWord } from '../support/words.js';

test('a system gets only the data of who consents, and is told of who withdraws @nojs', async ({ open, check, baseURL, t }) => {
  test.slow();
  const name = `Cổng khuôn mặt ${uniqueWord()}`;
  const officer = await open('tochuc');
  const checker = await open('kiemtra');
  // somebody of the officer's unit, with an account
  const holder = await open('thutruong');
  const [asks, decides, answers] = [on(officer, t), on(checker, t), on(holder, t)];
  let path;

  /** Takes the file, which a browser saves and does not show; the page stays. */
  async function taken() {
    await officer.goto(path);
    const field = officer.getByLabel(t('part.confirm.label'), { exact: true });
    const button = asks.button('biometrics.export');
    const take = async () => (await Promise.all([officer.waitForEvent('download'), button.click()]))[0];
    const withFactor = async (code) => {
      await field.fill(code);
      return take();
    };
    const needed = (await field.count()) > 0;
    const download = await (needed ? withCode(baseURL, account('tochuc'), withFactor) : take());
    expect(download.suggestedFilename()).toMatch(/^congthe-ra-vao-\d+-.+\.zip$/);
    await officer.goto(path);
  }

  await test.step('the unit asks; a form without fields is told so', async () => {
    await officer.goto('/entry-systems');
    await check(officer, 'systems');
    await press(officer, asks.main.getByRole('link', { name: t('biometrics.add'), exact: true }).first());
    const unit = await ownUnit(open, t);
    await asks.field('biometrics.unit_code').fill(unit);
    await asks.field('biometrics.name').fill(name);
    await asks.field('biometrics.purpose').fill('Mở cửa trụ sở trong giờ làm việc');
    await asks.field('biometrics.operator').fill('Văn phòng Sở');
    await asks.field('biometrics.contact').fill('Văn phòng Sở, 0234 000 000');
    const none = await press(officer, asks.button('biometrics.ask'));
    expect(none.status()).toBe(422);
    await expect(asks.field('biometrics.name')).toHaveValue(name);
    await check(officer, 'system-add-wrong');
    await officer.getByRole('checkbox', { name: t('people.name'), exact: true }).check();
    await officer.getByRole('checkbox', { name: t('biometrics.portrait'), exact: true }).check();
    await press(officer, asks.button('biometrics.ask'));
    await asks.said('biometrics.flash.asked');
    path = new URL(officer.url()).pathname;
    await expect(asks.button('biometrics.approve')).toHaveCount(0);
    await check(officer, 'system-asked');
  });

  await test.step('Home Affairs finds it in the queue and approves it', async () => {
    await checker.goto('/work');
    await press(checker, decides.main.locator(`a[href="${path}"]`));
    await check(checker, 'system-decide');
    await confirm(checker, baseURL, t, account('kiemtra'), decides.button('biometrics.approve'));
    await decides.said('biometrics.flash.approved');
  });

  await test.step('nobody is in a file without a yes; the holder gives it with one button', async () => {
    await holder.goto('/me');
    await expect(answers.main.getByRole('heading', { level: 3 }).filter({ hasText: name })).toBeVisible();
    await check(holder, 'me-systems');
    await press(holder, button(holder, t('biometrics.mine.yes', { name })));
    await answers.said('biometrics.flash.given');
    await expect(button(holder, t('biometrics.mine.withdraw', { name }))).toBeVisible();
  });

  await test.step('the file leaves, and the holder sees when', async () => {
    await taken();
    await expect(asks.main.getByRole('table', { name: t('biometrics.exports') }).locator('tbody tr')).toHaveCount(1);
    await check(officer, 'system-exported');
    await holder.goto('/me');
    await expect(answers.main.getByText(t('biometrics.mine.sent')).first()).toBeVisible();
  });

  await test.step('withdrawn with one button, too; the next file says so', async () => {
    await press(holder, button(holder, t('biometrics.mine.withdraw', { name })));
    await answers.said('biometrics.flash.withdrawn');
    await check(holder, 'me-systems-withdrawn');
    await officer.goto(path);
    await expect(asks.main.getByText(t('biometrics.to_delete', { count: '1' }))).toBeVisible();
    await taken();
    await expect(asks.main.getByRole('table', { name: t('biometrics.exports') }).locator('tbody tr')).toHaveCount(2);
    await holder.goto('/me');
    await expect(answers.main.getByText(t('biometrics.mine.deletion_told', { when: '' }).replace(/[.\s]+$/, '')).first()).toBeVisible();
  });

  await test.step('a paper without its scan is not taken; the system ends', async () => {
    await officer.goto(path);
    await asks.field('people.personnel_code').fill('57.99999');
    await officer.getByRole('radio', { name: t('biometrics.answer.given'), exact: true }).check();
    const wrong = await press(officer, asks.button('biometrics.paper_enter'));
    expect(wrong.status()).toBe(422);
    await check(officer, 'system-paper-wrong');
    await officer.goto(path);
    await asks.main.getByText(t('biometrics.end'), { exact: true }).first().click();
    await press(officer, asks.button('biometrics.end'));
    await asks.said('biometrics.flash.ended');
    await check(officer, 'system-ended');
  });
});

function button(page, name) {
  return page.locator('main').getByRole('button', { name, exact: true });
}

/** Agency code of the officer's own unit. */
async function ownUnit(open, t) {
  const page = await open('tochuc');
  await page.goto('/units');
  const code = page.locator('.facts > div').filter({ has: page.getByText(t('unit.code_canonical'), { exact: true }) }).locator('dd');
  return (await code.first().textContent()).trim();
}
