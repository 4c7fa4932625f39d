// The shell: theme switch, filters, menus, dialogs, forms. Each part works on what is in the page, now or after a swap.
import { startDialogs } from "./shell/dialogs.js";
import { startForms } from "./shell/forms.js";
import { startLists } from "./shell/lists.js";
import { startMenus } from "./shell/menus.js";
import { startTheme } from "./shell/theme_switch.js";

startTheme();
startMenus();
startLists();
startDialogs();
startForms();
