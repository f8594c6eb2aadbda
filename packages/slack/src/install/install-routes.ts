import type { CustomRoute, InstallationStore } from '@slack/bolt'
import { InstallProvider } from '@slack/oauth'
import type { WebClientOptions } from '@slack/web-api'
import { type Rights, scopesFor } from '../manifest.ts'
import type { OAuthOptions } from '../options.ts'

/** *Add to Slack*, and the way back from it. */
export function installRoutes(
  oauth: OAuthOptions,
  store: InstallationStore,
  clientOptions: WebClientOptions,
  rights: Rights | undefined,
): CustomRoute[] {
  const { redirectUri, ...settings } = oauth
  const installer = new InstallProvider({
    ...settings,
    installationStore: store,
    clientOptions,
    ...(clientOptions.logger !== undefined && { logger: clientOptions.logger }),
    ...(clientOptions.slackApiUrl !== undefined && {
      authorizationUrl: new URL('/oauth/v2/authorize', clientOptions.slackApiUrl).href,
    }),
  })
  const urlOptions = { scopes: scopesFor(rights), redirectUri }
  return [
    {
      path: '/slack/install',
      method: 'GET',
      handler: (request, response) => void installer.handleInstallPath(request, response, {}, urlOptions),
    },
    {
      path: '/slack/oauth_redirect',
      method: 'GET',
      handler: (request, response) => void installer.handleCallback(request, response),
    },
  ]
}
