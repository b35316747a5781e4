const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)(?:;|$)/;

/** Whether browsers draw it in an image, where SVG runs no scripts and loads nothing. */
export function isPictureType(mediaType: string): boolean {
  return PICTURE.test(mediaType);
}
