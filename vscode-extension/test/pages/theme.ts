import { expect, Page } from '@playwright/test';

/** What the list of themes calls them, their ids, and the class of the workbench. */
export const themes = {
  'dark': { title: 'Dark Modern', id: 'Default Dark Modern', base: 'vs-dark' },
  'hc-dark': { title: 'Dark High Contrast', id: 'Default High Contrast', base: 'hc-black' },
  'hc-light': { title: 'Light High Contrast', id: 'Default High Contrast Light', base: 'hc-light' },
  'light': { title: 'Light Modern', id: 'Default Light Modern', base: 'vs' },
} as const;

export class Theme {
  constructor(private readonly page: Page) {}

  /** Chooses a colour theme and waits until the workbench wears it. */
  async set(name: keyof typeof themes): Promise<void> {
    await this.page.keyboard.press('Control+1');
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+T');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(themes[name].title);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: themes[name].title }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await expect(input).toBeHidden();
    await expect(this.page.locator('.monaco-workbench')).toHaveClass(new RegExp(`(^| )${themes[name].base}( |$)`));
  }
}
