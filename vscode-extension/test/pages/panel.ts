import fs from 'node:fs';
import { expect, Frame, Locator, Page } from '@playwright/test';

/** The schedule view. What its canvas shows is told by the data- attributes of its body. */
export class Panel {
  constructor(private readonly page: Page, private readonly open: () => Promise<void>) {}

  async show(): Promise<void> {
    await this.open();
    await expect(this.body).toHaveAttribute('data-state', 'ready', { timeout: 20_000 });
  }

  get content() {
    return this.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  }

  get body(): Locator {
    return this.content.locator('body');
  }

  get chart(): Locator {
    return this.content.locator('#chart');
  }

  async data(name: string): Promise<string> {
    return (await this.body.getAttribute(`data-${name}`)) ?? '';
  }

  /** Waits until a schedule other than the one of this version is drawn. */
  async newerThan(version: string): Promise<void> {
    await expect(this.body).not.toHaveAttribute('data-version', version);
  }

  findings(): Locator {
    return this.content.locator('#findings button.finding');
  }

  mode(name: 'before' | 'after' | 'both'): Locator {
    return this.content.locator(`button[data-mode="${name}"]`);
  }

  /** Clicks the bar of the selected operation. */
  async clickSelected(): Promise<void> {
    const [x, y] = (await this.data('selected-at')).split(',').map(Number);
    await this.content.locator('#canvas').click({ position: { x: x!, y: y! } });
  }

  /** Runs axe inside the page of the view and gives what it finds. */
  async axe(): Promise<string[]> {
    const frame = await this.frame();
    await frame.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    return frame.evaluate(async () => {
      const axe = (window as unknown as { axe: { run(context: Document): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
      const { violations } = await axe.run(document);
      return violations.flatMap(v => v.nodes.map(node => `${v.id}: ${node.html} ${node.failureSummary ?? ''}`));
    });
  }

  /** The inner frame itself, for evaluating in it. */
  async frame(): Promise<Frame> {
    await this.body.waitFor();
    const handle = await this.page.frameLocator('iframe.webview').locator('#active-frame').elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) {
      throw new Error('The schedule view has no page.');
    }
    return frame;
  }
}
