import { Context } from "./view";
export async function network(c: Context): Promise<void> {}
