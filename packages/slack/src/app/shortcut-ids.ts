// As they stand in the manifest, which needs nothing of the app behind them.
export const MESSAGE_SHORTCUT = 'call_this_number'
export const GLOBAL_SHORTCUT = 'place_a_call'
