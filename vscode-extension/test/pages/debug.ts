import { expect, Locator, Page } from '@playwright/test';

/** A debug session. Stops are told by the yellow line: the call stack follows it most of a second later. */
export class Debug {
  constructor(private readonly page: Page) {}

  private get top(): Locator {
    return this.page.locator('.editor-instance .debug-top-stack-frame-line');
  }

  async f5(): Promise<void> {
    await this.page.keyboard.press('F5');
  }

  /** Waits until the session stands on a line. */
  async stoppedAt(line: number): Promise<void> {
    await expect(this.page.locator('.debug-toolbar')).toBeVisible({ timeout: 45_000 });
    await expect(this.top.first()).toBeAttached({ timeout: 45_000 });
    await expect(this.page.getByRole('button', { name: new RegExp(`^Ln ${line},`) })).toBeVisible();
  }

  /** Steps and waits until the yellow line has moved. */
  async step(key: 'F10' | 'F11' | 'Shift+F11' | 'Alt+F10' | 'Control+Alt+F10'): Promise<void> {
    const before = await this.place();
    await this.page.keyboard.press(key);
    await expect.poll(() => this.place(), { message: `the yellow line moves after ${key}` }).not.toMatch(new RegExp(`^(${before})?$`));
  }

  /** Where the yellow line is, as VS Code places it; empty where there is none. */
  async place(): Promise<string> {
    return this.top.first().evaluate(node => node.parentElement?.style.top ?? '', undefined, { timeout: 2_000 }).catch(() => '');
  }

  /** Waits until the yellow line is where it was. */
  async backAt(place: string): Promise<void> {
    await expect.poll(() => this.place(), { message: 'the yellow line comes back' }).toBe(place);
  }

  exception(): Locator {
    return this.page.locator('.exception-widget');
  }

  frames(): Locator {
    return this.page.locator('.debug-call-stack .monaco-list-row');
  }

  /** A row of Variables by the beginning of its name. */
  variable(name: string | RegExp): Locator {
    return this.page.locator('.debug-variables').getByRole('treeitem', { name });
  }

  console(): Locator {
    return this.page.locator('.repl .monaco-list-row');
  }

  async stop(): Promise<void> {
    await this.page.keyboard.press('Shift+F5');
    await expect(this.page.locator('.debug-toolbar')).toBeHidden();
  }
}
