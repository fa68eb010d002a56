import { expect, Locator, Page } from '@playwright/test';

export class Problems {
  constructor(private readonly page: Page) {}

  async show(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+M');
    await expect(this.page.locator('.markers-panel')).toBeVisible();
  }

  rows(): Locator {
    return this.page.locator('.markers-panel .monaco-list-row');
  }
}
