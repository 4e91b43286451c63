export const BACKUP_HOST: string;
export const BASE_IQN: string;
export function targetName(number: number): string;
export function hostName(number: number): string;
export function manyTargets(options: {
  readonly folder: string;
  readonly port: number;
  readonly targets: number;
  readonly size?: string;
}): string;
