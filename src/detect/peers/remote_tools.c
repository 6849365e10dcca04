/* remote_tools.c - the table of remote-access programs: names and ports by which they call home.
 *
 * Sources, read in 2026: each maker's page on firewalls ("Ports used by TeamViewer", "AnyDesk: Firewall",
 * "What firewall ports should I open to use Tailscale?", RustDesk "Self-host: required ports", Splashtop
 * "Firewall settings", ConnectWise "ScreenConnect firewall", Cloudflare "Tunnel with firewall", ZeroTier "Corporate firewalls",
 * ngrok "Agent: network"), CISA advisory AA23-025A "Protecting Against Malicious Use of Remote Monitoring
 * and Management Software", and the LOLRMM project's list of artefacts.
 */
#include "remote_tools_private.h"

enum { TCP = 6, UDP = 17 };

/* clang-format off */
static const struct remote_tool tools[] = {
    {"AnyDesk", {S_("net.anydesk.com"), S_("relays.anydesk.com")}, {{TCP, 6568}, {TCP, 7070}}},
    {"TeamViewer", {S_("router.teamviewer.com"), S_("ping3.teamviewer.com"), S_("master.teamviewer.com"),
                    S_("routerpool.teamviewer.com"), S_("client.teamviewer.com")}, {{TCP, 5938}, {UDP, 5938}}},
    {"ScreenConnect", {S_("screenconnect.com"), S_("hostedrmm.com")}, {{TCP, 8041}}},
    {"RustDesk", {S_("rs-ny.rustdesk.com"), S_("rs-sg.rustdesk.com"), S_("rs-cn.rustdesk.com"), S_("api.rustdesk.com")},
     {{TCP, 21116}, {UDP, 21116}, {TCP, 21117}}},
    {"Splashtop", {S_("api.splashtop.com"), S_("relay.splashtop.com"), S_("st-relay.splashtop.com"), S_("sdx.splashtop.com")}, {{TCP, 6783}}},
    {"LogMeIn", {S_("secure.logmein.com"), S_("logmein-gateway.com"), S_("logmeinrescue.com"), S_("hamachi.cc")}, {{0, 0}}},
    {"GoTo", {S_("fastsupport.com"), S_("gotoassist.com"), S_("getgo.com"), S_("gotoresolve.com"), S_("console.goto.com")}, {{0, 0}}},
    {"Chrome Remote Desktop", {S_("remotedesktop.google.com"), S_("remotedesktop-pa.googleapis.com")}, {{0, 0}}},
    {"Quick Assist", {S_("remoteassistance.support.services.microsoft.com"), S_("remotehelp.microsoft.com")}, {{0, 0}}},
    {"ngrok", {S_("ngrok.io"), S_("ngrok.app"), S_("ngrok-free.app"), S_("ngrok-agent.com"), S_("tunnel.ngrok.com")}, {{0, 0}}},
    {"Tailscale", {S_("controlplane.tailscale.com"), S_("login.tailscale.com"), S_("log.tailscale.com"), S_("derp.tailscale.com"), S_("ts.net")}, {{UDP, 41641}}},
    {"ZeroTier", {S_("my.zerotier.com"), S_("root.zerotier.com"), S_("relay.zerotier.net")}, {{UDP, 9993}}},
    {"Cloudflare Tunnel", {S_("argotunnel.com"), S_("trycloudflare.com"), S_("cftunnel.com")}, {{TCP, 7844}, {UDP, 7844}}},
    {"Visual Studio tunnels", {S_("devtunnels.ms"), S_("tunnels.api.visualstudio.com")}, {{0, 0}}},
    {"NetBird", {S_("api.netbird.io"), S_("signal.netbird.io"), S_("relay.netbird.io")}, {{0, 0}}},
    {"Twingate", {S_("relays.twingate.com"), S_("edge.twingate.com")}, {{0, 0}}},
    {"Zoho Assist", {S_("assist.zoho.com"), S_("assist.zoho.eu"), S_("gateway.zohoassist.com"), S_("zohoassist.com")}, {{0, 0}}},
    {"Atera", {S_("agent-api.atera.com"), S_("agenthb.atera.com"), S_("ps.atera.com")}, {{0, 0}}},
    {"NinjaOne", {S_("ninjarmm.com"), S_("rmmservice.com"), S_("rmmservice.eu")}, {{0, 0}}},
    {"Action1", {S_("server.action1.com"), S_("a1-backend-packages.s3.amazonaws.com")}, {{0, 0}}},
    {"N-able Take Control", {S_("swi-rc.com"), S_("beanywhere.com"), S_("n-able.com"), S_("logicnow.com")}, {{0, 0}}},
    {"Kaseya", {S_("kaseya.net"), S_("kaseyadata.com")}, {{TCP, 5721}}},
    {"Datto RMM", {S_("centrastage.net")}, {{0, 0}}},
    {"Syncro", {S_("kabuto.services.syncromsp.com"), S_("rmm.syncromsp.com"), S_("realtime.kabutoservices.com")}, {{0, 0}}},
    {"Pulseway", {S_("pulseway.com")}, {{0, 0}}},
    {"Level", {S_("agents.level.io"), S_("downloads.level.io")}, {{0, 0}}},
    {"FleetDeck", {S_("fleetdeck.io")}, {{0, 0}}},
    {"Tactical RMM", {S_("agents.tacticalrmm.com")}, {{0, 0}}},
    {"MeshCentral", {S_("meshcentral.com")}, {{0, 0}}},
    {"DWService", {S_("dwservice.net")}, {{0, 0}}},
    {"SimpleHelp", {S_("simple-help.com")}, {{0, 0}}},
    {"BeyondTrust", {S_("beyondtrustcloud.com"), S_("bomgarcloud.com"), S_("bomgar.com")}, {{0, 0}}},
    {"ISL Online", {S_("islonline.net"), S_("islonline.com")}, {{TCP, 7615}}},
    {"Supremo", {S_("supremocontrol.com"), S_("supremofree.com"), S_("nanosystems.it")}, {{0, 0}}},
    {"UltraViewer", {S_("ultraviewer.net")}, {{TCP, 2112}}},
    {"AeroAdmin", {S_("aeroadmin.com")}, {{0, 0}}},
    {"Ammyy Admin", {S_("rl.ammyy.com"), S_("ammyy.com")}, {{0, 0}}},
    {"HopToDesk", {S_("hoptodesk.com")}, {{0, 0}}},
    {"Getscreen", {S_("getscreen.me"), S_("getscreen.ru")}, {{0, 0}}},
    {"RemotePC", {S_("remotepc.com")}, {{0, 0}}},
    {"Remote Utilities", {S_("remoteutilities.com"), S_("internetid.ru")}, {{TCP, 5655}}},
    {"NetSupport", {S_("geo.netsupportsoftware.com")}, {{TCP, 5405}}},
    {"Radmin VPN", {S_("radminvpn.com"), S_("radmin-vpn.com")}, {{TCP, 4899}}},
    {"Parsec", {S_("kessel-api.parsec.app"), S_("kessel-ws.parsec.app"), S_("parsecgaming.com")}, {{0, 0}}},
    {"Iperius Remote", {S_("iperiusremote.com"), S_("iperius-rs.com")}, {{0, 0}}},
    {"LocalXpose", {S_("loclx.io"), S_("localxpose.io")}, {{0, 0}}},
    {"localtunnel", {S_("localtunnel.me"), S_("loca.lt")}, {{0, 0}}},
    {"Serveo", {S_("serveo.net")}, {{0, 0}}},
    {"Pinggy", {S_("a.pinggy.io"), S_("pinggy.link")}, {{0, 0}}},
    {"bore", {S_("bore.pub")}, {{TCP, 7835}}},
    {"playit.gg", {S_("playit.gg"), S_("ply.gg")}, {{0, 0}}},
    {"localhost.run", {S_("localhost.run"), S_("lhr.life")}, {{0, 0}}},
    {"Telebit", {S_("telebit.cloud"), S_("telebit.io")}, {{0, 0}}},
};
/* clang-format on */

const struct remote_tool *remote_tool_at(size_t i)
{
    return i < COUNT(tools) ? &tools[i] : NULL;
}
