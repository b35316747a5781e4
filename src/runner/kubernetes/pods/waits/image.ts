/** What a container waits with when its image is not there. */
export const IMAGE_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Runtimes' words, which hold addresses and paths, to ours; the first that fits. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/couldn't parse|invalid reference/i, 'that is no name of an image'],
  [/pull policy of Never/i, 'it is not on the node and must not be pulled'],
  [/too ?many ?requests|rate limit/i, 'its registry says too many were pulled'],
  [
    /access denied|denied:|unauthorized|forbidden|insufficient_scope|authentication required/i,
    'its registry refuses it, or it does not exist',
  ],
  [/not found|manifest unknown|name unknown/i, 'it does not exist'],
  [/x509|certificate/i, "its registry's certificate is not trusted"],
  [/no such host|dial tcp|timeout|timed out|deadline|refused|reset|EOF/i, 'its registry cannot be reached'],
  [/signature/i, 'its signature is not accepted'],
  [/no space left/i, 'its node has no space for it'],
];

/** @param detail what the kubelet says about it */
export function tellImage(image: string, detail: string): string {
  const cause = CAUSES.find(([pattern]) => pattern.test(detail.replaceAll(image, '')));
  return `The image ${image} is not available${cause ? `: ${cause[1]}` : ''}.`;
}
