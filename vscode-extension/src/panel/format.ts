// Numbers as the rest of the editor writes them. Times come in picoseconds.

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Microseconds with this many decimals and thousands separated. */
export function micros(picoseconds: number, decimals: number): string {
  return (picoseconds / 1e6).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A time with three significant digits and its unit. */
export function time(picoseconds: number): string {
  const units: [number, string][] = [[1e12, 's'], [1e9, 'ms'], [1e6, 'µs'], [1e3, 'ns']];
  const [scale, unit] = units.find(([size]) => picoseconds >= size) ?? [1, 'ps'];
  const value = picoseconds / scale;
  return `${value >= 100 || scale === 1 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

/** A size in the binary unit in which it has at most three digits before the point. */
export function bytes(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? size.toFixed(0) : size.toPrecision(3)} ${units[unit]}`;
}

/** How much more one time is than another, without decimals from 10 up. */
export function percentOver(value: number, base: number): string {
  if (base <= 0) {
    return '';
  }
  const percent = (value / base - 1) * 100;
  return `${percent >= 10 ? percent.toFixed(0) : percent.toFixed(1).replace(/\.0$/, '')} %`;
}

export function count(value: number): string {
  return grouped.format(value);
}
