/** The address part for a title. */
export function slug(title) {
  return title.toLowerCase().replace(/[^a-z0-9]/g, '-');
}
