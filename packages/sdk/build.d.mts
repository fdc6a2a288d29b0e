export function bundle(outdir?: string): Promise<{ bytes: number; inputs: string[] }>
