// One page of the example centre for each template, French first, then English: what accessibility tests, the keyboard tour and screenshots visit.

/**
 * `paths`: the page's addresses by language; `press`: what a visitor presses first; `ready`: what must be there before the page is looked at.
 * @type {Record<string, {paths: string[], press?: string, ready?: string}>}
 */
export const TEMPLATES = {
  home: { paths: ["", "en/"] },
  "home-map": { paths: ["", "en/"], press: ".live-open button", ready: ".live-place, .live-heap" },
  listing: { paths: ["lieux/", "en/places/"] },
  place: { paths: ["lieux/hotel-pasteur/", "en/places/hotel-pasteur/"] },
  tool: { paths: ["outils/budget-previsionnel/", "en/tools/budget-previsionnel/"] },
  doc: { paths: ["documentation/ouvrir-un-tiers-lieu/", "en/documentation/ouvrir-un-tiers-lieu/"] },
  training: { paths: ["formations/faciliter-un-tiers-lieu/", "en/trainings/faciliter-un-tiers-lieu/"] },
  network: { paths: ["reseaux/tilino/", "en/networks/tilino/"] },
  entry: { paths: ["accompagnements/conseil-ponctuel/", "en/support/conseil-ponctuel/"] },
  page: { paths: ["donnees/", "en/donnees/"] },
  glossary: { paths: ["glossaire/erp/", "en/glossary/erp/"] },
  region: { paths: ["regions/bretagne/", "en/regions/bretagne/"] },
  department: { paths: ["regions/bretagne/ille-et-vilaine/", "en/regions/bretagne/ille-et-vilaine/"] },
  facet: { paths: ["themes/governance/", "en/themes/governance/"] },
  "facet-index": { paths: ["regions/", "en/regions/"] },
  letters: { paths: ["a-z/", "en/a-z/"] },
  "glossary-list": { paths: ["glossaire/", "en/glossary/"] },
  picture: { paths: ["documentation/rendre-le-lieu-accessible/", "en/documentation/rendre-le-lieu-accessible/"] },
  search: { paths: ["recherche/?q=fablab", "en/search/?q=fab+lab"], ready: ".search-result" },
  // Not translated: the English page says so first.
  fallback: { paths: ["documentation/assurer-le-lieu/", "en/documentation/assurer-le-lieu/"] },
  "not-found": { paths: ["404.html"] },
};
