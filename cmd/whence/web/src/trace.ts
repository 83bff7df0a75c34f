import { Context } from "./view";
export async function trace(c: Context): Promise<void> {}
