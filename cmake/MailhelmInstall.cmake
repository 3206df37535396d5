# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` and the Debian packages hold: one package for the mail host, one for the desk.
include(GNUInstallDirs)
set(packaging ${CMAKE_SOURCE_DIR}/resources/packaging)
set(docs ${CMAKE_SOURCE_DIR}/docs)

if(MAILHELM_AGENT)
  install(TARGETS mailhelmd mailhelm-mail RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT agent)
  install(FILES ${packaging}/mailhelmd.service ${packaging}/mailhelm-mail.service ${packaging}/mailhelm-mail.socket
    DESTINATION lib/systemd/system COMPONENT agent)
  install(FILES ${packaging}/mailhelm.sysusers DESTINATION lib/sysusers.d RENAME mailhelm.conf COMPONENT agent)
  install(FILES ${packaging}/mailhelm.tmpfiles DESTINATION lib/tmpfiles.d RENAME mailhelm.conf COMPONENT agent)
  install(FILES ${packaging}/man/mailhelmd.8 ${packaging}/man/mailhelm-mail.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT agent)
  # What the agent's own texts refer to is there with it.
  install(FILES ${packaging}/debian/copyright ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${docs}/ADMIN_GUIDE.md ${docs}/SECURITY.md
      ${docs}/adding-a-preset.md ${docs}/PROTOCOL.md
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/mailhelmd COMPONENT agent)
endif()
install(TARGETS mailhelmctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT console)
install(FILES ${packaging}/man/mailhelmctl.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT console)
install(FILES ${packaging}/debian/copyright ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${docs}/USER_GUIDE.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/mailhelm COMPONENT console)
if(MAILHELM_CONSOLE)
  install(TARGETS mailhelm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT console)
  install(FILES ${packaging}/man/mailhelm.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT console)
  install(FILES ${packaging}/org.mailhelm.Mailhelm.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT console)
  install(FILES ${packaging}/org.mailhelm.Mailhelm.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT console)
  install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/mailhelm.svg
    DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT console)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME mailhelm)
set(CPACK_PACKAGE_CONTACT "Mailhelm maintainers <maintainers@mailhelm.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL agent console)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_AGENT_PACKAGE_NAME mailhelmd)
set(CPACK_DEBIAN_AGENT_PACKAGE_DEPENDS "libqt6sql6-sqlite, systemd")
set(CPACK_DEBIAN_AGENT_PACKAGE_SUGGESTS "libqt6sql6-psql, libqt6sql6-mysql")
set(CPACK_DEBIAN_AGENT_PACKAGE_CONTROL_EXTRA ${packaging}/debian/postinst ${packaging}/debian/prerm)
set(CPACK_DEBIAN_AGENT_DESCRIPTION "Mailhelm's agent: shows administrators who is on this mail server")
set(CPACK_DEBIAN_CONSOLE_DESCRIPTION "Mailhelm's console and command line")
set(CPACK_DEBIAN_CONSOLE_PACKAGE_NAME mailhelm)
set(CPACK_DEBIAN_CONSOLE_PACKAGE_DEPENDS "libqt6sql6-sqlite, libqt6svg6, qt6-qpa-plugins")
set(CPACK_DEBIAN_CONSOLE_PACKAGE_RECOMMENDS "breeze-icon-theme, qt6-translations-l10n")
include(CPack)
