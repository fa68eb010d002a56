import { expect, Locator, Page } from '@playwright/test';

/** The text editor. Every method ends in a condition that a person could see. */
export class Editor {
  constructor(private readonly page: Page) {}

  /** A line by a part of its text that has no inlay hint in it. */
  line(text: string | RegExp): Locator {
    return this.page.locator('.editor-instance .view-line', { hasText: text });
  }

  lines(): Locator {
    return this.page.locator('.editor-instance .view-line');
  }

  async focus(): Promise<void> {
    await this.page.keyboard.press('Control+1');
    await expect(this.page.locator('.editor-instance .monaco-editor.focused').first()).toBeVisible();
  }

  async gotoLine(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(`:${line},${column}`);
    await this.page.keyboard.press('Enter');
    await expect(input).toBeHidden();
    await this.onLine(line);
  }

  /** Waits until the cursor is on a line. */
  async onLine(line: number): Promise<void> {
    await expect(this.page.getByRole('button', { name: new RegExp(`^Ln ${line},`) })).toBeVisible();
  }

  squiggles(severity: 'warning' | 'error' | 'info'): Locator {
    return this.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  /** Inlay hints of a line, joined: VS Code cuts a hint into several spans. */
  async hints(text: string | RegExp): Promise<string> {
    const spans = this.line(text).locator('span[class*="dyn-rule"], span[class*="ced-"]');
    return (await spans.allTextContents()).join('').replaceAll('\u00a0', ' ');
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator('.editor-instance .codelens-decoration a', { hasText: text });
  }

  lenses(): Locator {
    return this.page.locator('.editor-instance .codelens-decoration');
  }

  /** Opens the hover of a place by the keyboard and gives it. */
  async hover(line: number, column: number): Promise<Locator> {
    await this.gotoLine(line, column);
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+I');
    const hover = this.page.locator('.monaco-hover:not(.hidden) .hover-row, .monaco-resizable-hover:visible .hover-row');
    await expect(hover.first()).toBeVisible();
    return this.page.locator('.monaco-resizable-hover:visible, .monaco-hover:visible').first();
  }

  async closeHover(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  /** Applies a quick fix at the cursor by its title. */
  async fix(title: string | RegExp): Promise<void> {
    await this.page.keyboard.press('Control+.');
    const item = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await expect(item).toBeVisible();
    for (let presses = 0; presses < 12 && !/focused/.test(await item.getAttribute('class') ?? ''); presses++) {
      await this.page.keyboard.press('ArrowDown');
    }
    await expect(item).toHaveClass(/focused/);
    await this.page.keyboard.press('Enter');
    await expect(this.page.locator('.action-widget')).toBeHidden();
  }

  /** Where a word stands on a line: its line number and column, both from 1, read from the text on disk. */
  static place(text: string, word: string): { line: number; column: number } {
    const lines = text.split('\n');
    const line = lines.findIndex(candidate => candidate.includes(word));
    expect(line, `the text has no '${word}'`).toBeGreaterThanOrEqual(0);
    return { line: line + 1, column: lines[line]!.indexOf(word) + 1 };
  }

  async undoAll(): Promise<void> {
    await this.page.keyboard.press('Control+Z');
  }
}
