// Where the province asks for it, a second person looks at what was read back from a chip before the card becomes active. A portal of its own: the
// rule would stop the cards of other journeys.
import { manyKeyed, says } from '../support/chips.js';
import { demonstration } from '../support/demonstration.js';
import { carried } from '../support/issued.js';
import { on } from '../support/offers.js';
import { clear } from '../support/program.js';
import { plugIn } from '../support/readers.js';
import { expect, press, test } from '../support/test.js';

test.afterEach(clear);
test.skip(({ pictures }) => !pictures, 'the portal of this journey is on SQLite');

test('a card waits for a second person, who is not its operator', async ({ open, check, browser, t }) => {
  test.setTimeout(600_000);
  const { url, as, somebody, sure } = await demonstration(open, t, 'witness');
  const [officer, head, checker, approver, desk, keeper] = [await as('tochuc'), await as('thutruong'), await as('kiemtra'), await as('pheduyet'), await as('capthe'), await as('thukho')];

  await approver.goto(`${url}/rules`);
  await press(approver, on(approver, t).button('rules.witness_start'));
  await on(approver, t).said('flash.rule_set');
  await check(approver, 'rules-witness');

  const [holds] = await manyKeyed(keeper, t, 1, { portal: url });

  const makes = on(desk, t);
  const between = async () => {
    await plugIn(desk, [{ model: 'pn533', holds }]);
    await desk.reload();
    await expect(desk.getByText(t('witness.waits'))).toBeHidden();
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await says(desk, 'chip-issued');
    await expect(desk.getByText(t('witness.waits'))).toBeVisible();
    await expect(makes.button('issue.confirm')).toHaveCount(0);
    await check(desk, 'chip-waits-for-witness');
    const witness = await as('chungkien');
    const sees = on(witness, t);
    await check(witness, 'work-witness');
    await witness.goto(`${url}/witness`);
    await check(witness, 'witness-list');
    await press(witness, witness.locator('main tbody tr').first().getByRole('link'));
    await expect(sees.main.getByText(t('witness.fits'))).toBeVisible();
    await check(witness, 'witness');
    await sure(witness, 'chungkien', sees.button('witness.confirm'));
    await sees.said('flash.chip_witnessed');
    await desk.reload();
  };
  const decide = (button) => sure(approver, 'pheduyet', button);
  await carried({ browser, t, officer, head, checker, approver, desk, decide, portal: url, between }, await somebody(officer, 3), 'PH001701');
});
