// Colours of the editor's theme, for the canvas. Engines are told by row and label too, never by colour alone.

export interface Theme {
  foreground: string;
  muted: string;
  background: string;
  line: string;
  focus: string;
  contrast: string | undefined;
  engine(name: string): { fill: string; text: string };
  font: string;
}

/** An engine has its colour in every schedule, whichever engines are busy in it. */
const engineColours: Record<string, string> = { tensor: 'blue', vector: 'green', scalar: 'orange', gpsimd: 'purple', sync: 'red' };

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const colour = (name: string) => style.getPropertyValue(`--vscode-${name}`).trim();
  const foreground = colour('foreground') || style.color;
  const contrast = document.body.classList.contains('vscode-high-contrast') || document.body.classList.contains('vscode-high-contrast-light')
    ? colour('contrastBorder') || foreground
    : undefined;
  return {
    foreground,
    muted: colour('descriptionForeground') || foreground,
    background: colour('panel-background') || colour('editor-background'),
    line: contrast ?? (colour('panel-border') || colour('editorIndentGuide-background1') || foreground),
    focus: colour('focusBorder') || foreground,
    contrast,
    engine: name => {
      const fill = colour(`charts-${engineColours[name] ?? 'yellow'}`) || foreground;
      return { fill, text: readable(fill) };
    },
    font: colour('font-family') || style.fontFamily,
  };
}

/** Black or white, whichever can be read on a colour. */
function readable(colour: string): string {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour)?.slice(1).map(part => parseInt(part, 16))
    ?? /^rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(colour)?.slice(1).map(Number);
  if (!parts) {
    return '#000000';
  }
  const [red = 0, green = 0, blue = 0] = parts.map(part => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}
