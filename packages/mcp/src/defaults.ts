/** How many phones may ring in 24 hours, if nobody says otherwise. */
export const DEFAULT_LIMIT = 50
